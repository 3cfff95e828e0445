// Menus are <details> and work without this. It closes them with Escape or a press outside,
// and moves focus to the error summary when a form came back.
const open = () => document.querySelector("details.menu[open], details.tab-more[open]");

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && open();
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open], details.tab-more[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

const focusErrors = (within) => within.querySelector(".ds-error-summary")?.focus();
focusErrors(document);
// After the skip link the address ends in #main, and the browser moves the focus there once more.
addEventListener("load", () => location.hash && focusErrors(document));
document.addEventListener("htmx:afterSwap", (event) => focusErrors(event.detail.target));
