/* Pipeline board: dragging a card posts its new place. Every card also has a "move to" menu (WCAG 2.5.7).
   [data-board-list data-stage=…] holds .kc[data-move-url]; the answer is 204 with events, anything else
   puts the card back. Loaded with sortable.min.js on board pages only. */
(() => {
  'use strict';
  function putBack({ item, from, oldIndex }) {
    const cards = crm.all('.kc', from).filter(card => card !== item);
    from.insertBefore(item, cards[oldIndex] ?? null);
  }

  function moved(event) {
    const { item, to, from, newIndex, oldIndex } = event;
    if (to === from && newIndex === oldIndex) return;
    const card = item.previousElementSibling;
    htmx.ajax('POST', item.dataset.moveUrl, {
      source: item, swap: 'none', values: { stage: to.dataset.stage, after: card?.dataset.id ?? '' },
    });
    const settle = answer => {
      if (answer.detail.elt !== item) return;
      document.removeEventListener('htmx:afterRequest', settle);
      if (!answer.detail.successful) putBack(event);
    };
    document.addEventListener('htmx:afterRequest', settle);
  }

  const start = root => crm.all('[data-board-list]', root).forEach(list => Sortable.get(list) || new Sortable(list, {
    group: 'board', animation: 150, draggable: '.kc', delay: 120, delayOnTouchOnly: true, onEnd: moved,
  }));
  document.addEventListener('htmx:load', event => start(event.target));
})();
