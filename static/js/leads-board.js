/* The leads board.
   - It stays still under the hand: a column that fetched itself again is not put in while its menu is open or
     a card is being dragged; it fetches itself again right after.
   - A column comes back as it was: as many cards, the same card on top, the focus where it was.
   - All cards share one "move to" menu: it is put beside the button that is about to open it, and parked
     again when it closes. The listeners are on window, so that they come before Bootstrap's on document. */
(() => {
  'use strict';
  if (crm.leadBoard) return; // coming back through the history runs the page's scripts again
  crm.leadBoard = true;
  const byId = id => document.getElementById(id);
  const cards = column => crm.all('.kc', column);
  const isHeld = column => Boolean(column.querySelector('.dropdown-menu.show, .sortable-chosen'));
  const before = new Map(); // column's id → how it was
  let isOwed = false;

  /* as many cards, the same place, the same focus */
  document.addEventListener('htmx:configRequest', event => {
    if (event.detail.elt.matches('.lead-board .col')) event.detail.parameters.shown = cards(event.detail.elt).length;
  });
  function remember(column) {
    const box = column.querySelector('.col-b'), top = box.getBoundingClientRect().top;
    const held = column.contains(document.activeElement) && document.activeElement.closest('.kc');
    before.set(column.id, {
      column, scroll: box.scrollTop,
      seen: cards(column).map(card => ({ id: card.id, at: card.getBoundingClientRect() }))
        .filter(({ at }) => at.bottom > top).map(({ id, at }) => ({ id, offset: at.top - top })),
      focus: held ? { card: held.id, place: cards(column).indexOf(held), part: document.activeElement.matches('button') ? 'button' : 'a' } : null,
    });
  }
  /* where the focus was; when that card has left the column, what took its place */
  function place(column, { card, place: at, part }) {
    const all = cards(column), found = all.find(one => one.id === card) ?? all[Math.min(at, all.length - 1)];
    return found?.querySelector(part) ?? found?.querySelector('a') ?? document.querySelector('.lead-board');
  }
  function restore(id, was) {
    const column = byId(id);
    if (!column || column === was.column) return;
    before.delete(id);
    const box = column.querySelector('.col-b'), first = was.seen.find(card => column.contains(byId(card.id)));
    if (was.scroll > 4 && first) {
      box.scrollTop += byId(first.id).getBoundingClientRect().top - box.getBoundingClientRect().top - first.offset;
    }
    if (was.focus && document.activeElement === document.body) place(column, was.focus)?.focus({ preventScroll: true });
  }
  document.addEventListener('htmx:beforeSwap', event => {
    const column = event.detail.target?.matches?.('.lead-board .col') && event.detail.target;
    if (!column) return;
    if (!isHeld(column)) { remember(column); return; }
    event.detail.shouldSwap = false;
    isOwed = true;
  });
  document.addEventListener('htmx:afterSettle', () => [...before].forEach(([id, was]) => restore(id, was)));

  function settle() {
    if (!isOwed) return;
    isOwed = false;
    document.body.dispatchEvent(new CustomEvent('leads-stale'));
  }
  for (const name of ['pointerup', 'dragend']) document.addEventListener(name, () => setTimeout(settle, 50)); // a drag ends without a pointerup

  /* the one menu */
  const toggleOf = target => target?.closest?.('.lead-board .kc [data-bs-toggle="dropdown"]');
  function bring(button) {
    const menu = byId('move-menu');
    if (!menu || menu.previousElementSibling === button) return;
    bootstrap.Dropdown.getInstance(menu.previousElementSibling)?.hide();
    const stage = button.closest('[data-stage]').dataset.stage;
    crm.all('[data-stage]', menu).forEach(item => { item.parentElement.hidden = item.dataset.stage === stage; item.disabled = item.dataset.stage === stage; });
    button.after(menu);
  }
  function choose(item) {
    const card = item.closest('.kc');
    htmx.ajax('POST', card.dataset.moveUrl, {
      source: card, swap: 'none', values: { stage: item.dataset.stage, version: card.dataset.version },
    });
  }
  addEventListener('click', event => {
    const button = toggleOf(event.target), item = event.target.closest?.('.kc #move-menu [data-stage]');
    if (button) bring(button);
    if (item) choose(item);
  }, true);
  addEventListener('keydown', event => {
    if (['ArrowUp', 'ArrowDown'].includes(event.key) && toggleOf(event.target)) bring(toggleOf(event.target));
  }, true);
  document.addEventListener('hidden.bs.dropdown', event => {
    const menu = byId('move-menu');
    if (menu?.previousElementSibling === event.target) {
      if (menu.contains(document.activeElement)) event.target.focus({ preventScroll: true }); // before it is gone
      byId('move-park').append(menu);
    }
    settle();
  });
})();
