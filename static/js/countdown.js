// Counts the seconds in which a sending can be undone; at zero the button goes, the page stays.
for (const box of document.querySelectorAll("[data-countdown]")) {
  const value = box.querySelector("[data-countdown-value]");
  const until = Date.now() + Number(box.dataset.countdown) * 1000;
  const timer = setInterval(() => {
    const left = Math.max(0, Math.round((until - Date.now()) / 1000));
    value.textContent = left;
    if (left === 0) {
      clearInterval(timer);
      box.hidden = true;
    }
  }, 1000);
}
