"use strict";
// Signs an example with the sandbox's public key, as the page explains it, and sends it to this very service.
(() => {
  const input = id => document.getElementById(id);
  const last = {};

  // RFC 1321; browsers have no MD5 of their own.
  function md5(text) {
    const bytes = new TextEncoder().encode(text), count = ((bytes.length + 8) >> 6) + 1, words = new Int32Array(count * 16);
    bytes.forEach((byte, i) => { words[i >> 2] |= byte << ((i & 3) * 8); });
    words[bytes.length >> 2] |= 0x80 << ((bytes.length & 3) * 8);
    words[count * 16 - 2] = bytes.length * 8;
    const shifts = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    const sines = Int32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 4294967296));
    let [a0, b0, c0, d0] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
    for (let at = 0; at < words.length; at += 16) {
      let [a, b, c, d] = [a0, b0, c0, d0];
      for (let i = 0; i < 64; i++) {
        const round = i >> 4;
        const [mix, index] = [
          [(b & c) | (~b & d), i], [(d & b) | (~d & c), (5 * i + 1) & 15], [b ^ c ^ d, (3 * i + 5) & 15], [c ^ (b | ~d), (7 * i) & 15],
        ][round];
        const sum = (a + mix + sines[i] + words[at + index]) | 0, shift = shifts[round][i & 3];
        [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
      }
      [a0, b0, c0, d0] = [(a0 + a) | 0, (b0 + b) | 0, (c0 + c) | 0, (d0 + d) | 0];
    }
    return [a0, b0, c0, d0].map(word => [0, 8, 16, 24].map(shift => ((word >>> shift) & 255).toString(16).padStart(2, "0")).join("")).join("");
  }

  // Name and literal text of each member: a number is signed as it stands, which JSON.parse would lose.
  function literals(json) {
    JSON.parse(json);
    const members = [], pattern = /("(?:[^"\\]|\\.)*")\s*:\s*("(?:[^"\\]|\\.)*"|[^,{}[\]\s]+)/g;
    for (let match; (match = pattern.exec(json));) {
      members.push([JSON.parse(match[1]), match[2].startsWith('"') ? JSON.parse(match[2]) : match[2]]);
    }
    return members;
  }

  function sign(json, key) {
    const members = literals(json).filter(([name, text]) => name !== "sign" && text !== "" && text !== "null");
    return md5(members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => `${name}=${text}`).join("") + key);
  }

  const replaced = (json, name, text) =>
    json.replace(new RegExp(`("${name}"\\s*:\\s*)("(?:[^"\\\\]|\\\\.)*"|[^,}\\s]+)`), (_, head) => head + JSON.stringify(text));

  let count = 0;
  const fresh = () => `docs_${Date.now().toString(36)}_${++count}`;

  function signed(json, key) {
    const now = replaced(json.replace(/,\s*"sign"\s*:\s*"[^"]*"/, ""), "timestamp", String(Date.now()));
    return now.replace(/\s*}\s*$/, `,\n  "sign": ${JSON.stringify(sign(now, key))}\n}`).replace(/{\s*,/, "{");
  }

  function show(form, good, said, body) {
    const output = form.querySelector("output"), line = document.createElement("p"), text = document.createElement("pre");
    output.className = good ? "good" : "bad";
    line.className = "said";
    line.textContent = said;
    text.textContent = body;
    output.replaceChildren(line, text);
    output.hidden = false;
  }

  async function send(form, area) {
    let body;
    try {
      body = signed(area.value, input("key").value);
    } catch (error) {
      show(form, false, "This is not JSON", String(error.message));
      return;
    }
    area.value = body;
    try {
      const answer = await fetch(form.dataset.path, {
        method: "POST", headers: { "Content-Type": "application/json", merchantNo: input("merchant").value }, body, signal: AbortSignal.timeout(30000),
      });
      const text = await answer.text(), told = text ? JSON.parse(text) : {};
      if (told.code === "0000" && form.dataset.creates) remember(form.dataset.creates, told.data);
      show(form, told.code === "0000", `HTTP ${answer.status}, code ${told.code ?? "none"}: ${told.msg ?? "no body"}`, text ? JSON.stringify(told, null, 2) : "");
    } catch (error) {
      show(form, false, "No answer came", String(error.message));
    }
  }

  // A query asks for what was created last on this page.
  function remember(direction, data) {
    for (const form of document.querySelectorAll(`form[data-asks="${direction}"]`)) {
      const area = form.querySelector("textarea");
      area.value = replaced(replaced(replaced(area.value, "tradeNo", data.tradeNo), "platFormTradeNo", data.platFormTradeNo), "serialNumber", data.platFormTradeNo);
    }
    last[direction] = data;
  }

  for (const form of document.querySelectorAll("form.try")) {
    const area = form.querySelector("textarea"), choice = form.querySelector("select"), button = form.querySelector("[type=submit]"), renew = form.querySelector(".quiet");

    // The documented notifyUrl belongs to somebody else; this is where docs/integrating has a developer listen.
    const renewed = json => (form.dataset.creates ? replaced(replaced(json, "tradeNo", fresh()), "notifyUrl", "http://localhost:9000/notify") : json);
    area.value = renewed(area.value);
    renew.hidden = !form.dataset.creates;
    renew.addEventListener("click", () => { area.value = renewed(area.value); });
    choice?.addEventListener("change", () => {
      area.value = renewed(choice.value);
      if (last[form.dataset.asks]) remember(form.dataset.asks, last[form.dataset.asks]);
    });
    form.addEventListener("submit", async event => {
      event.preventDefault();
      button.disabled = true;
      await send(form, area);
      button.disabled = false;
    });
  }
})();
