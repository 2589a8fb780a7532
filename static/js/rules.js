/* Routing rules: dragging posts the rule's new place (the buttons beside it do the same), a condition
   row is taken out, and every rule shows how many of the tried leads it would catch. */
(() => {
  'use strict';
  const start = root => crm.all('[data-rule-list]', root).forEach(list => Sortable.get(list) || new Sortable(list, {
    animation: 150, draggable: '[data-rule]', handle: '.drag', delay: 120, delayOnTouchOnly: true, onEnd: moved,
  }));

  function moved({ item, newIndex, oldIndex }) {
    if (newIndex === oldIndex || !item.dataset.moveUrl) return;
    const next = item.nextElementSibling?.dataset.rule ?? '';
    htmx.ajax('POST', item.dataset.moveUrl, { target: '#rule-list', swap: 'outerHTML', values: { before: next } });
  }

  function showHits() {
    crm.all('[data-caught]').forEach(({ dataset }) => {
      const place = document.querySelector(`[data-hit="${dataset.caught}"]`);
      if (place && !place.closest('.off')) place.textContent = document.querySelector(`[data-caught="${dataset.caught}"] > :last-child`).textContent;
    });
  }

  document.addEventListener('click', event => {
    const button = event.target.closest('[data-remove]');
    if (button) document.querySelector(button.dataset.remove)?.remove();
  });
  document.addEventListener('htmx:load', event => { start(event.target.closest?.('#rule-list')?.parentElement ?? event.target); showHits(); });
})();
