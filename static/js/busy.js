// A form that is on its way cannot be sent twice by a double press; after 300 ms its button
// says what happens, if it has words for it: <button data-busy="Sender …">.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 5000); // the answer may be a file; the page stays
  const button = event.submitter;
  setTimeout(() => {
    if (!button?.isConnected || !button.dataset.busy) return;
    button.setAttribute("aria-busy", "true");
    button.textContent = button.dataset.busy;
  }, 300);
});

// Back button: the page comes from memory with its forms still marked as sent.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
