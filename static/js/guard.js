// A form with unsaved changes asks before the page is left: <form data-guard>.
for (const form of document.querySelectorAll("form[data-guard]")) {
  const now = () => new URLSearchParams(new FormData(form)).toString();
  const before = now();
  let sent = false;
  form.addEventListener("submit", () => {
    sent = true;
  });
  addEventListener("pageshow", () => {
    sent = false;
  });
  addEventListener("beforeunload", (event) => {
    if (!sent && now() !== before) event.preventDefault();
  });
}
