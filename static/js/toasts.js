/* Toasts: eight seconds, longer while the pointer or focus is on them, with Undo where the server offers it.
   The server asks for one with the header  HX-Trigger: {"toast": {"text": "…", "sub": "…", "kind": "bad",
   "undo": "/url", "icon": "name"}}  or renders components/toast.html into #toasts. */
(() => {
  'use strict';
  const LIFE = 8000; // ms
  const host = document.getElementById('toasts');
  if (!host) return;

  function keepAlive(toast) {
    let left = LIFE, since = 0, timer = 0;
    const run = () => { since = Date.now(); timer = setTimeout(() => toast.remove(), left); };
    const pause = () => { clearTimeout(timer); left = Math.max(1000, left - (Date.now() - since)); };
    toast.dataset.timed = '';
    for (const name of ['mouseenter', 'focusin']) toast.addEventListener(name, pause);
    for (const name of ['mouseleave', 'focusout']) toast.addEventListener(name, run);
    run();
  }

  const adopt = () => crm.all('.toastx:not([data-timed])', host).forEach(keepAlive);

  function undoButton(url) {
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.undo = url;
    button.textContent = crm.words.undo;
    return button;
  }

  function show({ text, sub, kind = 'ok', undo, icon }) {
    const toast = document.createElement('div'), body = document.createElement('span');
    toast.className = kind === 'bad' ? 'toastx bad' : 'toastx';
    body.className = 'grow';
    body.textContent = text;
    if (sub) body.append(Object.assign(document.createElement('small'), { textContent: sub }));
    toast.append(crm.icon(icon || (kind === 'bad' ? 'alert-circle' : 'circle-check')), body);
    if (undo) toast.append(undoButton(undo));
    host.append(toast);
    adopt();
  }

  const asDetail = detail => (typeof detail === 'string' ? { text: detail } : detail?.text ? detail : { text: detail?.value });
  document.addEventListener('toast', event => show(asDetail(event.detail)));
  document.addEventListener('htmx:load', adopt);
  adopt();

  host.addEventListener('click', event => {
    const button = event.target.closest('[data-undo]');
    if (!button) return;
    button.closest('.toastx').remove();
    htmx.ajax('POST', button.dataset.undo, { source: document.body, swap: 'none' })
      .then(() => crm.announce(crm.words.undone));
  });

  /* what went wrong, in words; a server that already sent its own toast is not talked over */
  const failure = status => ({
    403: crm.words.forbidden, 404: crm.words.gone, 409: crm.words.conflict, 413: crm.words.tooLarge, 429: crm.words.tooMany,
  }[status] || crm.words.failed);
  document.addEventListener('htmx:responseError', event => {
    const answer = event.detail.xhr;
    if ((answer.getResponseHeader('HX-Trigger') || '').includes('"toast"')) return;
    show({ kind: 'bad', text: failure(answer.status) });
  });
  for (const name of ['htmx:sendError', 'htmx:timeout']) {
    document.addEventListener(name, () => show({ kind: 'bad', icon: 'wifi-off', text: crm.words.offline }));
  }
})();
