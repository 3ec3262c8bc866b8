// What a screen does better with a script. Everything but passkeys works without it.
(() => {
  'use strict';
  const typing = (e) => e.target.closest('input, textarea, select, [contenteditable]');

  // A button that copies: data-copy holds the text, data-copied what is said afterwards.
  document.addEventListener('click', async (e) => {
    const button = e.target.closest('[data-copy]');
    if (!button || !navigator.clipboard) return;
    e.preventDefault();
    await navigator.clipboard.writeText(button.dataset.copy);
    const said = button.textContent;
    button.textContent = button.dataset.copied || '✓';
    setTimeout(() => { button.textContent = said; }, 1500);
  });

  // A form that asks first, and is sent once.
  const ask = document.getElementById('ask');
  document.addEventListener('submit', (e) => {
    const by = e.submitter;
    const sentence = by && by.dataset.confirm;
    if (sentence && ask && !by.dataset.asked) {
      e.preventDefault();
      ask.querySelector('p').textContent = sentence;
      ask.returnValue = '';
      ask.showModal();
      ask.addEventListener('close', () => {
        if (ask.returnValue !== 'yes') return;
        by.dataset.asked = '1';
        e.target.requestSubmit(by);
      }, { once: true });
      return;
    }
    if (e.target.method === 'post' && !('again' in e.target.dataset)) {
      if (e.target.dataset.sent) { e.preventDefault(); return; }
      e.target.dataset.sent = '1';
    }
  });
  // Back in the browser shows the page as it was left: it may be sent again.
  addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach((f) => delete f.dataset.sent));

  // Filters that send themselves.
  document.addEventListener('change', (e) => {
    const form = e.target.closest('form[data-auto]');
    if (form && e.target.tagName === 'SELECT') form.requestSubmit();
  });

  // Lists by keyboard.
  const rows = () => [...document.querySelectorAll('table[data-list] tbody tr')];
  document.addEventListener('keydown', (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || typing(e) || document.querySelector('dialog[open]')) return;
    if (e.key === '/') {
      const find = document.querySelector('[data-find]');
      if (find) { e.preventDefault(); find.focus(); find.select(); }
    } else if (e.key === '?') {
      const keys = document.getElementById('keys');
      if (keys) keys.showModal();
    } else if (e.key === 'j' || e.key === 'k') {
      const all = rows();
      if (!all.length) return;
      const now = all.findIndex((r) => r.classList.contains('on'));
      const next = Math.min(all.length - 1, Math.max(0, now + (e.key === 'j' ? 1 : -1)));
      if (now >= 0) all[now].classList.remove('on');
      all[next].classList.add('on');
      const link = all[next].querySelector('a');
      if (link) link.focus({ preventScroll: true });
      all[next].scrollIntoView({ block: 'nearest' });
    }
  });

  // Passkeys: a button asks where data-passkey says, and sends its form with what the authenticator answered.
  if (window.PublicKeyCredential && PublicKeyCredential.parseRequestOptionsFromJSON) {
    document.querySelectorAll('[data-passkey]').forEach((button) => {
      button.hidden = false;
      button.addEventListener('click', async () => {
        const form = button.form, token = form.elements.token, said = form.querySelector('[data-said]');
        said.textContent = '';
        button.disabled = true;
        try {
          const asked = await fetch(button.dataset.passkey, { method: 'POST', body: new URLSearchParams({ token: token ? token.value : '' }) });
          const { step, options } = await asked.json();
          const adds = 'user' in options;
          const publicKey = adds ? PublicKeyCredential.parseCreationOptionsFromJSON(options) : PublicKeyCredential.parseRequestOptionsFromJSON(options);
          const credential = await navigator.credentials[adds ? 'create' : 'get']({ publicKey });
          form.querySelector('[data-step]').value = step;
          form.querySelector('[data-credential]').value = JSON.stringify(credential);
          form.submit();
        } catch {
          said.textContent = button.dataset.failed;
          button.disabled = false;
        }
      });
    });
  }

  // A call of the operator API, tried from its page. The token stays in its field.
  document.addEventListener('submit', async (e) => {
    const form = e.target.closest('form[data-try]');
    if (!form) return;
    e.preventDefault();
    const shown = form.parentElement.querySelector('pre');
    const headers = { Authorization: 'Bearer ' + document.getElementById('token').value.trim() };
    const query = new URLSearchParams();
    let path = form.dataset.path;
    let body;
    for (const field of form.querySelectorAll('input, textarea')) {
      if (field.name === 'body') { body = field.value; headers['Content-Type'] = 'application/json'; }
      else if (field.dataset.in === 'header') headers[field.name] = field.value;
      else if (field.dataset.in === 'query') { if (field.value) query.set(field.name, field.value); }
      else path = path.replace('{' + field.name + '}', encodeURIComponent(field.value.trim()));
    }
    if (form.dataset.try !== 'GET') headers['Idempotency-Key'] = crypto.randomUUID ? crypto.randomUUID() : String(Date.now());
    shown.hidden = false;
    try {
      const answer = await fetch(path + (query.size ? '?' + query : ''), { method: form.dataset.try, headers, body });
      const text = await answer.text();
      let pretty = text;
      try { pretty = JSON.stringify(JSON.parse(text), null, 2); } catch { /* a file */ }
      shown.textContent = answer.status + ' ' + answer.statusText + '\n' + (answer.headers.get('ETag') ? 'ETag: ' + answer.headers.get('ETag') + '\n' : '') + '\n' + pretty;
    } catch (error) { shown.textContent = String(error); }
  });

  // What is shown for a short time only.
  document.querySelectorAll('[data-hide-after]').forEach((shown) => setTimeout(() => shown.remove(), Number(shown.dataset.hideAfter) * 1000));

  // Brand: the preview follows what is typed.
  document.querySelectorAll('form[data-preview]').forEach((form) => {
    let wait;
    form.addEventListener('input', () => {
      clearTimeout(wait);
      wait = setTimeout(() => {
        const asked = new URLSearchParams();
        ['colour', 'support', 'lang'].forEach((name) => asked.set(name, form.elements[name].value));
        document.querySelectorAll('iframe.preview').forEach((frame) => { frame.src = `${form.dataset.preview}?${asked}`; });
      }, 300);
    });
  });
})();
