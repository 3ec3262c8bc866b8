"use strict";
// Shows how a signature comes about. Nothing is sent: the page's policy allows no connection.
(() => {
  const input = id => document.getElementById(id), result = input("result"), form = input("signer");

  function step(title, text, kind = "") {
    const item = document.createElement("li"), shown = document.createElement("pre");
    item.className = kind;
    item.append(title, shown);
    shown.tabIndex = 0;
    shown.textContent = text;
    return item;
  }

  async function md5Steps(body, secret) {
    const text = signer.textOf(body);
    return [
      [step("Take the members without sign and without empty ones, sort them by name, and join name=value", text), step("Append the secret", text + secret)],
      signer.md5(text + secret), "MD5 of that, which is sign",
    ];
  }

  async function hmacSteps(body, secret, purpose) {
    const text = [purpose, input("path").value, input("number").value, input("seconds").value, body].join("\n");
    return [
      [step(`Join the word ${purpose}, the path, the merchant number, t and the raw body by line feeds`, text), step("Take the secret", secret)],
      await signer.hmac(text, secret), "HMAC-SHA256 of the text with the secret, which is v1",
    ];
  }

  // The sign of a pasted body is what it is compared with, where nothing else was given.
  function givenOf(kind, body) {
    const given = input("given").value.trim().replace(/^.*v1=/, "");
    if (given || kind !== "md5") return given;
    return signer.literals(body).find(([name]) => name === "sign")?.[1] ?? "";
  }

  async function show() {
    const kind = input("kind").value, body = input("body").value, secret = input("secret").value;
    form.querySelector(".hmac").hidden = kind === "md5";
    try {
      if (kind !== "md5" && !crypto.subtle) {
        result.replaceChildren(step("This browser computes HMAC only on pages that came over https or from localhost", "Open the page by one of them.", "bad"));
        return;
      }
      const [steps, signature, title] = kind === "md5" ? await md5Steps(body, secret) : await hmacSteps(body, secret, kind);
      const given = givenOf(kind, body), same = given.toLowerCase() === signature;
      result.replaceChildren(...steps, step(title, signature), ...(given ? [step(same ? "It is the signature given" : "It is not the signature given", given, same ? "good" : "bad")] : []));
    } catch (error) {
      result.replaceChildren(step("The body is not JSON", error.message, "bad"));
    }
  }

  form.addEventListener("input", show);
  form.addEventListener("submit", event => event.preventDefault());
  show();
})();
