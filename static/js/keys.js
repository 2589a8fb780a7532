/* Single-key shortcuts: g + key goes, n + key creates, / searches, ? helps, j and k move, x selects,
   and [data-key] presses that button. Never inside a field, and a person can switch them off
   (<body data-keys="off">, WCAG 2.1.4). Codes, not letters: they work on an Arabic layout too. */
(() => {
  'use strict';
  const CHORD = 900; // ms between the two keys of a pair
  let first = '', pressedAt = 0, place = ''; // the current row by its link: rows are drawn anew

  const letter = code => (code.startsWith('Key') ? code.slice(3).toLowerCase() : '');
  const follow = selector => { const link = document.querySelector(selector); link?.click(); return Boolean(link); };
  const rows = () => crm.all('[data-row]').filter(crm.isShown);
  const linkOf = row => (row.matches('a') ? row : row.querySelector('a'));
  const current = () => rows().findIndex(row => row.classList.contains('is-cur'));

  function moveTo(step) {
    const list = rows(), from = current();
    const row = list[Math.min(Math.max(from + step, 0), list.length - 1)];
    if (!row) return;
    list[from]?.classList.remove('is-cur');
    row.classList.add('is-cur');
    linkOf(row)?.focus();
    place = linkOf(row)?.href || '';
    row.scrollIntoView({ block: 'nearest' });
  }

  /* a live update of the list leaves the reader at their row */
  function findPlace() {
    const row = place && current() < 0 && rows().find(one => linkOf(one)?.href === place);
    if (!row) return;
    row.classList.add('is-cur');
    if (document.activeElement === document.body) linkOf(row).focus({ preventScroll: true });
  }

  function showKeys() {
    const dialog = document.getElementById('shortcuts');
    if (!dialog) return;
    if (dialog.querySelector('template[data-fold]')) {
      crm.unfold(dialog);
      dialog.querySelector('[data-pages]').after(...crm.pages().filter(page => page.key)
        .flatMap(page => [crm.make('dt', '', page.label), crm.keysOf('dd', 'g', page.key)]));
    }
    dialog.showModal();
  }

  function search() {
    const field = crm.all('.find input').find(crm.isShown);
    if (field) field.focus(); else follow('[data-palette]');
  }

  const single = {
    j: () => moveTo(1),
    k: () => moveTo(-1),
    x: () => rows()[current()]?.querySelector('[data-row-check]')?.click(),
  };

  /* a page may take the key over, e.g. to do it a moment later */
  function press(key) {
    const pressed = new CustomEvent('key-pressed', { detail: { key }, cancelable: true });
    if (document.dispatchEvent(pressed)) follow(`[data-key="${key}"]`);
  }

  document.addEventListener('keydown', event => {
    if (document.body.dataset.keys === 'off' || event.ctrlKey || event.metaKey || event.altKey) return;
    if (crm.isField(event.target) || crm.isDialogOpen()) return;
    if (event.code === 'Slash') {
      event.preventDefault();
      if (event.shiftKey) showKeys(); else search();
      return;
    }
    const key = letter(event.code);
    if (!key || event.shiftKey) return;
    const paired = Date.now() - pressedAt < CHORD ? first : '';
    first = '';
    if (paired && follow(`[data-${paired === 'g' ? 'go' : 'new'}="${key}"]`)) return event.preventDefault();
    if (key === 'g' || key === 'n') { first = key; pressedAt = Date.now(); return; }
    if (single[key]) { event.preventDefault(); single[key](); } else press(key);
  });

  document.addEventListener('htmx:afterSettle', findPlace);
  document.addEventListener('click', event => {
    if (event.target.closest('[data-shortcuts]')) showKeys();
    if (event.target.closest('[data-close-dialog]')) event.target.closest('dialog')?.close();
  });
})();
