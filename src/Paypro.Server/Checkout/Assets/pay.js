"use strict";
// Without this script the page reloads itself every few seconds; with it, only when there is something new.
(() => {
  const body = document.body, page = body.dataset.page, every = 2500, slowest = 30000, silence = 8000;
  let wait = every, timer = 0, asking = false, stream = null, sending = false;

  // What a payer is typing is not taken away: the page changes once it is sent or cleared.
  const typing = () => document.activeElement?.tagName === "INPUT" && document.activeElement.value !== "";

  function heard(version) {
    // What the payer sends changes the order before its answer is here; a reload then would break the sending off.
    if (sending || version === body.dataset.version) return;
    if (typing()) setTimeout(() => heard(version), 1000);
    else location.reload();
  }

  async function ask() {
    if (asking || document.hidden || stream) return;
    asking = true;
    try {
      const answer = await fetch(page + "/state", { headers: { "If-None-Match": `"${body.dataset.version}"` }, cache: "no-store", signal: AbortSignal.timeout(10000) });
      if (answer.status === 200) heard((await answer.json()).version);
      wait = answer.status < 400 ? every : Math.min(wait * 2, slowest);
    } catch {
      wait = Math.min(wait * 2, slowest);
    } finally {
      asking = false;
    }
    clearTimeout(timer);
    timer = setTimeout(ask, wait);
  }

  function listen() {
    if (!window.EventSource) return ask();
    stream = new EventSource(page + "/events");
    // A proxy that holds the stream back looks like silence.
    timer = setTimeout(giveUp, silence);
    stream.onmessage = e => { clearTimeout(timer); heard(e.data); };
    stream.onerror = () => { if (stream && stream.readyState === 2) giveUp(); };
  }

  function giveUp() {
    rest();
    ask();
  }

  function rest() {
    clearTimeout(timer);
    if (stream) stream.close();
    stream = null;
  }

  if (page) {
    document.addEventListener("visibilitychange", () => document.hidden ? rest() : sending || stream || listen());
    addEventListener("pagehide", rest);
    addEventListener("submit", () => { sending = true; rest(); });
    // Back and forward show the page as it was; the truth may have moved on.
    addEventListener("pageshow", e => { if (e.persisted) location.reload(); });
    if (!document.hidden) listen();
    const live = document.querySelector(".live");
    if (live) live.hidden = false;
  }

  // The way back is taken by itself, unless the payer touches the page and so wants to stay.
  if (body.dataset.return) {
    const soon = document.querySelector(".soon");
    if (soon) soon.hidden = false;
    const leave = setTimeout(() => location.assign(body.dataset.return), 6000);
    for (const touch of ["pointerdown", "keydown"]) {
      addEventListener(touch, () => { clearTimeout(leave); if (soon) soon.hidden = true; }, { once: true });
    }
  }

  async function copy(button) {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      // No clipboard without https: mark the number and let the browser's own command take it.
      getSelection().selectAllChildren(document.getElementById(button.dataset.from));
      if (!document.execCommand("copy")) return;
    }
    const text = button.textContent;
    button.textContent = body.dataset.copied;
    button.setAttribute("aria-live", "polite");
    setTimeout(() => { button.textContent = text; }, 2000);
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
  for (const button of document.querySelectorAll(".print")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
})();
