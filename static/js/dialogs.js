/* Server-filled hosts: whatever is swapped into #modal-content or #panel-content opens its host.
   The server closes it with HX-Trigger: {"close-dialog": true} (usually with 204 after a save).
   The modal does not fade: Bootstrap ignores show() and hide() while it does, so that a quick key or a quick
   answer would be lost.
   hx-confirm and form[data-confirm] ask in our own dialog. Tooltips are made after every swap. */
(() => {
  'use strict';
  const hosts = { 'modal-content': 'Modal', 'panel-content': 'Offcanvas' };
  const instance = content => bootstrap[hosts[content.id]].getOrCreateInstance(content.closest('.modal, .offcanvas'));

  const focusFirst = host => host.querySelector('[autofocus], [aria-invalid=true]')?.focus();
  document.getElementById('modal')?.classList.remove('fade');

  document.addEventListener('htmx:afterSwap', event => {
    const content = event.detail.target;
    if (!(content?.id in hosts) || !content.childElementCount) return;
    const host = content.closest('.modal, .offcanvas');
    if (host.classList.contains('show')) focusFirst(host); else instance(content).show();
  });
  document.addEventListener('close-dialog', () => Object.keys(hosts).forEach(id => {
    const content = document.getElementById(id);
    if (content) instance(content).hide();
  }));
  for (const name of ['hidden.bs.modal', 'hidden.bs.offcanvas']) {
    document.addEventListener(name, event => setTimeout(() => {
      // a moment later: the button that closed it may have more to tell; reopened meanwhile, its content stays
      if (!event.target.classList.contains('show')) event.target.querySelector('#modal-content, #panel-content')?.replaceChildren();
    }));
  }
  for (const name of ['shown.bs.modal', 'shown.bs.offcanvas']) {
    document.addEventListener(name, event => focusFirst(event.target));
  }

  function ask(question, go) {
    const dialog = document.getElementById('ask');
    dialog.querySelector('[data-question]').textContent = question;
    dialog.addEventListener('close', () => { if (dialog.returnValue === 'yes') go(); }, { once: true });
    dialog.returnValue = '';
    dialog.showModal();
  }
  document.addEventListener('htmx:confirm', event => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question, () => event.detail.issueRequest(true));
  });
  document.addEventListener('submit', event => {
    const form = event.target, question = form.dataset.confirm;
    if (!question || form.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // forms.js must not lock a form that is not sent yet
    ask(question, () => { form.dataset.confirmed = 'yes'; form.requestSubmit(); });
  });

  const tooltips = root => crm.all('[data-bs-toggle=tooltip]', root).forEach(mark => bootstrap.Tooltip.getOrCreateInstance(mark));
  document.addEventListener('htmx:load', event => tooltips(event.target));
  document.addEventListener('htmx:beforeCleanupElement', event => bootstrap.Tooltip.getInstance(event.target)?.dispose());
})();
