// On the planning page: the end follows the start by the usual length, and the programme is summed.
const starts = document.querySelector("[name=starts]");
const ends = document.querySelector("[data-follows-start]");
const toMinutes = (text) => {
  const [hours, minutes] = text.split(":").map(Number);
  return hours * 60 + minutes;
};

if (starts && ends && starts.value) {
  let before = toMinutes(starts.value);
  starts.addEventListener("change", () => {
    if (!starts.value) return;
    const length = ends.value ? toMinutes(ends.value) - before : Number(ends.dataset.followsStart);
    const end = toMinutes(starts.value) + length;
    before = toMinutes(starts.value);
    if (length <= 0 || end >= 24 * 60) return;
    ends.value = `${String(Math.floor(end / 60)).padStart(2, "0")}:${String(end % 60).padStart(2, "0")}`;
  });
}

for (const list of document.querySelectorAll("[data-sum-minutes]")) {
  const shown = list.closest("section").querySelector("[data-sum]");
  const note = list.closest("section").querySelector("[data-sum-note]");
  const words = shown ? shown.textContent : "";
  const first = sum();
  function sum() {
    let total = 0;
    for (const row of list.children) {
      const gone = row.querySelector("[name$=DELETE]");
      if (!(gone && gone.checked)) total += Number(row.querySelector("[name$=minutes]").value) || 0;
    }
    return total;
  }
  list.addEventListener("input", () => {
    const total = sum();
    if (shown) shown.textContent = total === first ? words : `${total} / ${list.dataset.sumMinutes} min`;
    if (note) note.hidden = total === Number(list.dataset.sumMinutes);
  });
}
