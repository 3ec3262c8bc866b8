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
    // The answer to a form would be asked for with the form once more.
    else if (body.dataset.posted) location.replace(page);
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
    const soon = document.querySelector(".soon"), left = soon.querySelector(".left");
    soon.hidden = false;
    const leave = setInterval(() => {
      left.textContent = +left.textContent - 1;
      if (left.textContent > 0) return;
      clearInterval(leave);
      location.assign(body.dataset.return);
    }, 1000);
    for (const touch of ["pointerdown", "keydown"]) {
      addEventListener(touch, () => { clearInterval(leave); soon.hidden = true; }, { once: true });
    }
  }

  // What is left of a time whose end is near. The server's clock decides; this one only shows it.
  const now = +body.dataset.now, began = performance.now();
  for (const left of document.querySelectorAll("[data-until]")) {
    const show = () => {
      const s = Math.max(0, Math.floor((left.dataset.until - now - (performance.now() - began)) / 1000));
      left.textContent = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
    };
    show();
    setInterval(show, 1000);
  }

  async function copy(button) {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      // No clipboard without https: mark the text and let the browser's own command take it.
      const area = document.createElement("textarea");
      area.value = button.dataset.copy;
      area.className = "aside";
      document.body.append(area);
      area.select();
      const taken = document.execCommand("copy");
      area.remove();
      if (!taken) return;
    }
    const text = button.textContent;
    button.textContent = body.dataset.copied;
    button.setAttribute("aria-live", "polite");
    setTimeout(() => { button.textContent = text; }, 2000);
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.classList.remove("scripted");
    button.addEventListener("click", () => copy(button));
  }
  for (const button of document.querySelectorAll("[data-share]")) {
    button.hidden = !navigator.share;
    button.addEventListener("click", () => navigator.share({ url: new URL(button.dataset.share, location.href).href }).catch(() => {}));
  }
  for (const button of document.querySelectorAll(".print")) {
    button.hidden = false;
    button.addEventListener("click", () => print());
  }
})();
