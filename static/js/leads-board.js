/* The leads board stays still under the hand: a column that fetched itself again is not put in while one of
   its menus is open or a card is being dragged; it fetches itself again right after. */
(() => {
  'use strict';
  let isOwed = false;
  const isHeld = column => Boolean(column.querySelector('.dropdown-menu.show, .sortable-chosen'));

  document.addEventListener('htmx:beforeSwap', event => {
    const column = event.detail.target?.closest?.('.lead-board .col');
    if (!column || !isHeld(column)) return;
    event.detail.shouldSwap = false;
    isOwed = true;
  });

  function settle() {
    if (!isOwed) return;
    isOwed = false;
    document.body.dispatchEvent(new CustomEvent('leads-stale'));
  }
  document.addEventListener('hidden.bs.dropdown', settle);
  document.addEventListener('pointerup', () => setTimeout(settle, 50));
})();
