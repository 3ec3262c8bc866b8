"use strict";
// Signs an example with the sandbox's public key, as the page explains it, sends it to this very service, and does what the payer and the bank do.
(() => {
  const input = id => document.getElementById(id), last = {}, inbox = `${location.origin}/sandbox/inbox/docs`;

  const replaced = (json, name, text) =>
    json.replace(new RegExp(`("${name}"\\s*:\\s*)("(?:[^"\\\\]|\\\\.)*"|[^,}\\s]+)`), (_, head) => head + JSON.stringify(text));

  let count = 0;
  const fresh = () => `docs_${Date.now().toString(36)}_${++count}`;

  function signed(json, key) {
    const now = replaced(json.replace(/,\s*"sign"\s*:\s*"[^"]*"/, ""), "timestamp", String(Date.now()));
    return now.replace(/\s*}\s*$/, `,\n  "sign": ${JSON.stringify(signer.sign(now, key))}\n}`).replace(/{\s*,/, "{");
  }

  function element(name, text, className = "") {
    const made = document.createElement(name);
    [made.textContent, made.className] = [text, className];
    return made;
  }

  // An address in an answer is there to be opened.
  function linked(text) {
    const shown = element("pre", "");
    shown.tabIndex = 0;
    for (const part of text.split(/(https?:\/\/[^"\s\\]+)/)) {
      if (!/^https?:/.test(part)) { shown.append(part); continue; }
      const link = element("a", part);
      [link.href, link.target, link.rel] = [part, "_blank", "noopener"];
      shown.append(link);
    }
    return shown;
  }

  function show(form, good, said, body, ...more) {
    const output = form.querySelector("output");
    output.className = good ? "good" : "bad";
    output.replaceChildren(element("p", said, "said"), linked(body), ...more);
    output.hidden = false;
  }

  async function post(path, body, headers = {}) {
    const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body, signal: AbortSignal.timeout(30000) });
    const text = await answer.text();
    return [answer.status, text ? JSON.parse(text) : {}, text];
  }

  // What the payer or the bank does with an order, in place.
  function actions(direction, number, amount) {
    const row = element("div", "", "send"), told = element("p", ""), inboxLink = element("a", "See what the inbox received");
    told.setAttribute("aria-live", "polite");
    [inboxLink.href, inboxLink.target, inboxLink.rel] = ["/sandbox/inbox/docs", "_blank", "noopener"];
    const choices = direction === "payin"
      ? [["Pay it", { action: "pay", amount }], ["Pay 1", { action: "pay", amount: "1" }], ["Let it fail", { action: "fail" }], ["Let it expire", { action: "expire" }], ["Send it back", { action: "return" }]]
      : [["Let it succeed", { action: "succeed" }], ["Let it fail", { action: "fail" }], ["Send it back", { action: "return" }]];
    for (const [title, body] of choices) {
      const button = element("button", title, "quiet small");
      button.type = "button";
      button.addEventListener("click", async () => {
        button.disabled = true;
        try {
          const [status, answer] = await post(`/sandbox/${direction}s/${number}`, JSON.stringify(body));
          told.textContent = status === 200 ? `${title}: the order is ${answer.state || "unchanged"} now.` : answer.error;
        } catch (error) {
          told.textContent = `No answer came: ${error.message}`;
        }
        button.disabled = false;
      });
      row.append(button);
    }
    const head = element("h4", direction === "payin" ? "Be the payer" : "Be the bank"), foot = element("p", "");
    foot.append(inboxLink);
    return [head, row, told, foot];
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
      const [status, told, text] = await post(form.dataset.path, body, { merchantNo: input("merchant").value });
      const made = told.code === "0000" && form.dataset.creates;
      if (made) remember(made, told.data);
      show(form, told.code === "0000", `HTTP ${status}, code ${told.code ?? "none"}: ${told.msg ?? "no body"}`, text ? JSON.stringify(told, null, 2) : "",
        ...(made ? actions(made, told.data.platFormTradeNo ?? told.data.serialNumber, String(JSON.parse(body).amount)) : []));
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

  // The whole call as one line of shell.
  function asCurl(form, area) {
    const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;
    const body = JSON.stringify(JSON.parse(signed(area.value, input("key").value)));
    return `curl -s ${quoted(location.origin + form.dataset.path)} -H 'Content-Type: application/json' -H ${quoted(`merchantNo: ${input("merchant").value}`)} -d ${quoted(body)}`;
  }

  for (const form of document.querySelectorAll("form.try")) {
    const area = form.querySelector("textarea"), choice = form.querySelector("select"), button = form.querySelector("[type=submit]"), renew = form.querySelector(".renew");

    // The documented notifyUrl belongs to somebody else; the inbox is ours.
    const renewed = json => (form.dataset.creates ? replaced(replaced(json, "tradeNo", fresh()), "notifyUrl", inbox) : json);
    area.value = renewed(area.value);
    renew.hidden = !form.dataset.creates;
    renew.addEventListener("click", () => { area.value = renewed(area.value); });
    choice?.addEventListener("change", () => {
      area.value = renewed(choice.value);
      if (last[form.dataset.asks]) remember(form.dataset.asks, last[form.dataset.asks]);
    });
    for (const ending of form.querySelectorAll("[data-ending]")) {
      ending.addEventListener("click", () => {
        const amount = signer.literals(area.value).find(([name]) => name === "amount")?.[1] ?? "200";
        area.value = replaced(area.value, "amount", amount.replace(/\..*$/, "").padStart(3, "2").slice(0, -2) + ending.dataset.ending);
      });
    }
    form.querySelector(".as-curl").addEventListener("click", async event => {
      try {
        await copyText(asCurl(form, area), event.currentTarget);
      } catch (error) {
        show(form, false, "This is not JSON", String(error.message));
      }
    });
    form.addEventListener("submit", async event => {
      event.preventDefault();
      button.disabled = true;
      await send(form, area);
      button.disabled = false;
    });
  }
})();
