/* Server-filled hosts: whatever is swapped into #modal-content or #panel-content opens its host.
   The server closes it with HX-Trigger: {"close-dialog": true} (usually with 204 after a save).
   The modal does not fade: Bootstrap ignores show() and hide() while it does, so that a quick key or a quick
   answer would be lost.
   hx-confirm and form[data-confirm] ask in our own dialog. Tooltips are made after every swap. */
(() => {
  'use strict';
  const hosts = { 'modal-content': 'Modal', 'panel-content': 'Offcanvas' };
  const instance = content => bootstrap[hosts[content.id]].getOrCreateInstance(content.closest('.modal, .offcanvas'));

  /* the field that asks for it, else the first one; not with a finger, where it would bring up the keyboard */
  const FIELDS = ':is(input:not([type=hidden], [type=file]), select, textarea):not(:disabled)';
  const focusFirst = host => {
    const content = host.querySelector('#modal-content, #panel-content') || host;
    const wanted = content.querySelector('[autofocus], [aria-invalid=true]');
    (wanted || (matchMedia('(pointer: fine)').matches && crm.all(FIELDS, content).find(crm.isShown)) || null)?.focus();
  };
  const openers = new Map(); // host → where the reader was before it opened
  const goBack = host => {
    const opener = openers.get(host);
    const found = opener?.isConnected ? opener : opener?.id && document.getElementById(opener.id);
    const place = found && crm.isShown(found) ? found : document.getElementById('main');
    openers.delete(host);
    if (document.activeElement === document.body) place?.focus({ preventScroll: true });
  };
  document.getElementById('modal')?.classList.remove('fade');

  document.addEventListener('htmx:afterSwap', event => {
    const content = event.detail.target;
    if (!(content?.id in hosts) || !content.childElementCount) return;
    const host = content.closest('.modal, .offcanvas');
    if (!host.classList.contains('show')) {
      openers.set(host, document.activeElement);
      instance(content).show();
    } else if (!content.contains(document.activeElement) || content.querySelector('[autofocus], [aria-invalid=true]')) {
      focusFirst(host); // the field that is being written in keeps the focus
    }
  });
  /* A menu that closes gives the focus back to its button: what was chosen in it may open a dialog, or fetch the button
     anew. A moment later: a form in the menu is sent with the name of its focused button. */
  document.addEventListener('hide.bs.dropdown', ({ target }) => {
    const menu = target.parentElement.querySelector('.dropdown-menu.show');
    if (!menu?.contains(document.activeElement)) return;
    setTimeout(() => {
      const place = document.activeElement;
      if (place === document.body || menu.contains(place)) target.focus({ preventScroll: true });
    });
  });
  document.addEventListener('close-dialog', () => Object.keys(hosts).forEach(id => {
    const content = document.getElementById(id);
    if (content) instance(content).hide();
  }));
  for (const name of ['hidden.bs.modal', 'hidden.bs.offcanvas']) {
    document.addEventListener(name, event => setTimeout(() => {
      // a moment later: the button that closed it may have more to tell; reopened meanwhile, its content stays
      if (event.target.classList.contains('show')) return;
      event.target.querySelector('#modal-content, #panel-content')?.replaceChildren();
      goBack(event.target);
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
