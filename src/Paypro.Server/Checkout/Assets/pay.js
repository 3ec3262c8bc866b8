"use strict";
// Without this script the page reloads itself every few seconds; with it, only when there is something new.
(() => {
  const body = document.body, address = body.dataset.state, every = 2500, slowest = 30000;
  let wait = every, timer = 0, asking = false;

  async function ask() {
    if (asking || document.hidden) return;
    asking = true;
    try {
      const answer = await fetch(address, { headers: { "If-None-Match": `"${body.dataset.version}"` }, cache: "no-store", signal: AbortSignal.timeout(10000) });
      if (answer.status === 200 && (await answer.json()).version !== body.dataset.version) {
        location.reload();
        return;
      }
      wait = answer.status < 400 ? every : Math.min(wait * 2, slowest);
    } catch {
      wait = Math.min(wait * 2, slowest);
    } finally {
      asking = false;
    }
    clearTimeout(timer);
    timer = setTimeout(ask, wait);
  }

  if (address) {
    document.addEventListener("visibilitychange", () => {
      clearTimeout(timer);
      if (!document.hidden) ask();
    });
    timer = setTimeout(ask, wait);
    const live = document.querySelector(".live");
    if (live) live.hidden = false;
  }

  async function copy(button) {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      // No clipboard without https: mark the number and let the browser's own command take it.
      getSelection().selectAllChildren(document.getElementById("number"));
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
