/* Forms: locked while saving, the first problem focused after a refusal, Ctrl+Enter where it sends,
   and a busy bar for every request. */
(() => {
  'use strict';
  const root = document.documentElement;
  let running = 0;
  const busy = change => { running = Math.max(0, running + change); root.classList.toggle('htmx-busy', running > 0); };

  function lock(form, isLocked) {
    form.setAttribute('aria-busy', String(isLocked));
    crm.all('button[type=submit], button:not([type])', form).forEach(button => {
      if (isLocked && button.disabled) return;
      button.disabled = isLocked;
      if (!button.dataset.saving) return;
      if (isLocked) { button.dataset.label = button.textContent; button.textContent = button.dataset.saving; }
      else if (button.dataset.label) { button.textContent = button.dataset.label; delete button.dataset.label; }
    });
  }

  const isSaving = event => event.detail.elt?.matches?.('form') && event.detail.requestConfig.verb !== 'get';
  document.addEventListener('htmx:beforeSend', event => {
    busy(1);
    event.detail.xhr.addEventListener('loadend', () => busy(-1)); // also when the element that asked is gone by then
    if (isSaving(event)) lock(event.detail.elt, true);
  });
  document.addEventListener('htmx:afterRequest', event => {
    if (isSaving(event) && event.detail.elt.isConnected) lock(event.detail.elt, false);
  });
  document.addEventListener('htmx:afterSettle', event => {
    if (event.detail.xhr?.status !== 422) return;
    const problem = event.detail.elt.querySelector?.('[aria-invalid=true], .form-errors');
    problem?.focus();
  });

  /* a page that comes back with a refused form begins at the first problem */
  document.querySelector('main form [aria-invalid=true]')?.focus();

  /* a plain form is sent once; coming back with the browser's button unlocks it */
  document.addEventListener('submit', event => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== 'post' || form.matches('[hx-post], [hx-put], [hx-patch], [hx-delete]')) return;
    setTimeout(() => lock(form, true)); // after the browser has read the pressed button's value
  });
  addEventListener('pageshow', event => { if (event.persisted) crm.all('form[aria-busy=true]').forEach(form => lock(form, false)); });

  /* what was chosen, instead of the browser's own words in the browser's language */
  function nameFiles(field) {
    const place = field.closest('.file-box, .drop')?.querySelector('[data-file-name]');
    if (!place) return;
    place.dataset.fileName ||= place.textContent; // what it says while nothing is chosen
    place.textContent = [...field.files].map(file => file.name).join(', ') || place.dataset.fileName;
  }

  document.addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target.matches('textarea')) event.target.form?.requestSubmit();
  });
  document.addEventListener('change', event => {
    if (event.target.matches('.file-in')) nameFiles(event.target);
  });
  document.addEventListener('click', event => {
    const eye = event.target.closest('[data-eye]');
    if (!eye) return;
    const field = document.getElementById(eye.dataset.eye);
    const isHidden = field.type === 'password';
    field.type = isHidden ? 'text' : 'password';
    eye.setAttribute('aria-pressed', String(isHidden));
  });
})();
