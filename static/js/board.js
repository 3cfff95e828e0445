// The board works without this. With it the button says how many are ticked, and after a move
// the focus goes to the first of those who moved.
const button = () => document.getElementById("move-button");

function count() {
  const move = button();
  if (!move) return;
  const ticked = document.querySelectorAll("#board [name=pick]:checked").length;
  const words = ticked === 0 ? "none" : ticked === 1 ? "one" : "many";
  move.textContent = move.dataset[words].replace("{n}", ticked);
}

document.addEventListener("change", (event) => {
  if (event.target.name === "pick") count();
});

// In the same instant as the new board appears: a key pressed right after it is not lost.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "board") return;
  count();
  document.querySelector("#board [data-moved] input")?.focus();
});

count();
