"use strict";
// Shows what comes while the page is open.
(() => {
  const every = 2000;
  async function look() {
    try {
      const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html"), shown = document.querySelector("main"), next = page.querySelector("main");
      if (answer.ok && next && next.dataset.newest !== shown.dataset.newest) {
        const fresh = document.importNode(next, true);
        addCopyButtons(fresh);
        shown.replaceWith(fresh);
      }
    } catch {
      // The service may be starting again; the next look tells.
    }
    setTimeout(look, every);
  }
  setTimeout(look, every);
})();
