// What is typed saves itself: two seconds after a pause, at most every ten seconds, and when the
// field or the page is left. One request is on its way at a time; «Deliver» waits for it. The page
// never writes into the field. Without this file «Save draft» does the same.
const PAUSE = 2000;
const MOST = 10000;
const RETRY = 10000;
const SPOKEN = 30000; // «Saved» is read aloud this often at most; trouble, and its end, at once

for (const form of document.querySelectorAll("form[data-autosave]")) watch(form);

function watch(form) {
  const field = form.querySelector("[data-text]");
  const state = form.querySelector("[data-save-state]");
  const announced = form.querySelector("[data-save-announced]");
  const words = form.querySelector("[data-word-count]");
  const audience = form.querySelector("[data-audience]");
  const say = form.dataset;
  let saved = snapshot(); // what the server is known to have
  let unheard = ""; // a text that was sent, and nobody said what became of it
  let busy = null; // the request on its way
  let stopped = false; // two texts, or locked: nothing more is sent from here
  let firstChange = 0;
  let timer = 0;
  let leaving = false;
  let spoken = 0;
  let troubled = false; // the last thing read aloud was trouble

  function snapshot() {
    return JSON.stringify([field.value, form.querySelector("[name=audience]:checked")?.value]);
  }
  const unsaved = () => snapshot() !== saved;

  function show(kind, text, link) {
    state.dataset.state = kind;
    const trouble = kind === "local" || kind === "fail";
    if (trouble || (kind === "ok" && (troubled || Date.now() - spoken > SPOKEN))) {
      if (announced.textContent !== text) announced.textContent = text;
      spoken = Date.now();
      troubled = trouble;
    }
    if (state.textContent === text && !link) return;
    state.textContent = text;
    if (link) state.append(" ", link);
  }

  function count() {
    const n = field.value.split(/\s+/u).filter(Boolean).length;
    words.textContent = n === 1 ? say.wordsOne : say.words.replace("{n}", n);
  }

  function plan(wait) {
    clearTimeout(timer);
    const now = Date.now();
    firstChange ||= now;
    timer = setTimeout(save, Math.max(0, Math.min(wait, firstChange + MOST - now)));
  }

  function later(text, link) {
    show("local", text, link);
    clearTimeout(timer);
    firstChange = 0;
    timer = setTimeout(save, RETRY);
  }

  async function save() {
    clearTimeout(timer);
    if (busy || stopped || leaving || !unsaved()) return busy;
    firstChange = 0;
    busy = send();
    try {
      await busy;
    } finally {
      busy = null;
    }
    if (!stopped && unsaved() && state.dataset.state === "ok") plan(PAUSE);
    return null;
  }

  async function send() {
    const sent = snapshot();
    const text = field.value;
    const body = new FormData(form);
    body.set("known", unheard);
    show("saving", say.saving);
    let answer;
    try {
      answer = await fetch(say.autosave, {
        method: "POST",
        body: new URLSearchParams(body),
        redirect: "manual",
        keepalive: text.length < 20000,
        headers: { Accept: "application/json" },
        signal: AbortSignal.timeout(45000),
      });
    } catch {
      unheard = text;
      return later(say.retry);
    }
    return hear(answer, sent, text);
  }

  async function hear(answer, sent, text) {
    if (answer.type === "opaqueredirect" || answer.status === 403) return signedOut();
    const facts = await answer.json().catch(() => null);
    if (answer.ok && facts) {
      form.elements.version.value = facts.version;
      saved = sent;
      unheard = "";
      return show("ok", facts.message);
    }
    if (answer.status >= 500 || (answer.ok && !facts)) {
      unheard = text;
      return later(say.retry);
    }
    if (answer.status === 422 && facts) return show("fail", `${say.unsaved}. ${facts.message}`);
    stopped = true;
    if (answer.status === 409) return show("fail", say.conflict, button(say.seeBoth));
    return show("fail", facts?.message ?? say.noAccess);
  }

  // The page's key is too old, or nobody is signed in any more. The page itself tells which: if the
  // same person is signed in (in another tab, perhaps), it brings a new key.
  async function signedOut() {
    const page = await fetch(location.href, { redirect: "manual" }).catch(() => null);
    if (page?.ok) {
      const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
      const theirs = fresh.querySelector("form[data-autosave]");
      if (theirs?.dataset.person === say.person) {
        form.elements.csrfmiddlewaretoken.value = theirs.elements.csrfmiddlewaretoken.value;
        return later(say.retry);
      }
    }
    if (page && (page.status === 404 || page.status === 403)) {
      stopped = true;
      return show("fail", say.noAccess);
    }
    const link = document.createElement("a");
    link.href = say.signInUrl;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = say.signIn;
    return later(say.signedOut, link);
  }

  function button(text) {
    const made = document.createElement("button");
    made.className = "link-button";
    made.name = "save";
    made.value = "1";
    made.textContent = text;
    return made;
  }

  form.addEventListener("input", (event) => {
    if (event.target === field) count();
    if (event.target.name === "audience") {
      audience.textContent = form.querySelector(`label[for="${event.target.id}"]`).textContent.trim();
    }
    if (stopped) return;
    if (state.dataset.state !== "saving") show("", say.unsaved);
    plan(PAUSE);
  });
  field.addEventListener("blur", save);
  document.addEventListener("visibilitychange", save);
  addEventListener("pagehide", save);
  addEventListener("online", save);
  addEventListener("focus", () => {
    if (state.dataset.state === "local") save();
  });

  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (busy) {
      event.preventDefault();
      busy.finally(() => form.requestSubmit(event.submitter));
      return;
    }
    leaving = true;
    form.elements.known.value = unheard;
  });
  addEventListener("pageshow", () => {
    leaving = false;
  });
  addEventListener("beforeunload", (event) => {
    if (!leaving && unsaved()) event.preventDefault();
  });
  count();
}
