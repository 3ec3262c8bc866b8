"use strict";
// What every page has: copying, one language for all samples, the search.

// Says on the button that it was copied. Where the browser gives pages no clipboard, the text is selected instead.
async function copyText(text, button) {
  const title = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    const area = document.createElement("textarea");
    [area.value, area.readOnly, area.rows] = [text, true, 6];
    area.setAttribute("aria-label", "To be copied");
    button.after(area);
    area.select();
    button.textContent = "Selected: copy it";
  }
  setTimeout(() => { button.textContent = title; }, 2000);
}

function addCopyButtons(root) {
  for (const shown of root.querySelectorAll("pre")) {
    const box = document.createElement("div"), button = document.createElement("button");
    [box.className, button.className, button.type, button.textContent] = ["copied", "copy", "button", "Copy"];
    if (shown.dataset.language) box.dataset.language = shown.dataset.language;
    shown.replaceWith(box);
    box.append(shown, button);
    button.addEventListener("click", () => copyText(shown.textContent, button));
  }
}

(() => {
  addCopyButtons(document);

  const radios = [...document.querySelectorAll(".samples input")];
  function choose(language) {
    for (const radio of radios) radio.checked = radio.value === language;
  }
  const kept = localStorage.getItem("paypro-language");
  if (radios.some(radio => radio.value === kept)) choose(kept);
  for (const radio of radios) {
    radio.addEventListener("change", () => {
      const top = radio.getBoundingClientRect().top;
      choose(radio.value);
      localStorage.setItem("paypro-language", radio.value);
      // The samples above have other heights now; the one in front of the reader stays.
      scrollBy({ top: radio.getBoundingClientRect().top - top, behavior: "instant" });
    });
  }

  // A link leads to a place on the same page: the folded menu is in the way then.
  const folded = document.querySelector("nav.narrow details");
  folded?.addEventListener("click", event => { if (event.target.closest("a")) folded.open = false; });

  const field = document.getElementById("search"), found = document.getElementById("found");
  if (!field) return;
  field.parentElement.hidden = false;
  let index = null;
  const load = () => (index ??= fetch(field.dataset.index).then(answer => answer.json()).catch(() => []));
  const here = location.pathname.toLowerCase();

  async function search() {
    const words = field.value.toLowerCase().split(/\s+/).filter(word => word);
    if (words.length === 0) { found.hidden = true; return; }
    const hits = [];
    for (const [title, detail, address] of await load()) {
      const name = title.toLowerCase(), all = `${name} ${detail.toLowerCase()}`;
      if (!words.every(word => all.includes(word))) continue;
      const rank = (address.startsWith(here) ? 0 : 4) + (name === words.join(" ") ? 0 : name.startsWith(words[0]) ? 1 : name.includes(words[0]) ? 2 : 3);
      hits.push([rank, title, detail, address]);
    }
    const best = hits.sort(([a], [b]) => a - b).slice(0, 12).map(([, title, detail, address]) => {
      const item = document.createElement("li"), link = document.createElement("a"), name = document.createElement("b"), more = document.createElement("span");
      [name.textContent, more.textContent, link.href] = [title, detail, address];
      link.append(name, more);
      item.append(link);
      return item;
    });
    if (best.length === 0) {
      const nothing = document.createElement("li");
      nothing.textContent = "Nothing has these words.";
      best.push(nothing);
    }
    found.replaceChildren(...best);
    found.hidden = false;
  }

  field.addEventListener("focus", load, { once: true });
  field.addEventListener("input", search);
  field.addEventListener("keydown", event => {
    if (event.key === "Enter") found.querySelector("a")?.click();
  });
  document.addEventListener("keydown", event => {
    if (event.key === "Escape") found.hidden = true;
    if (event.key === "/" && !event.target.closest("input, textarea, select")) { event.preventDefault(); field.focus(); }
  });
  document.addEventListener("click", event => { if (!event.target.closest(".search") || event.target.closest("#found a")) found.hidden = true; });
})();
