/* A report says that something has changed since it was counted, and counts again when asked: figures that move
   under the reader's eyes can't be compared. <button data-stale-after="orders-changed leads-changed" hidden>. */
(() => {
  'use strict';
  const TOPICS = ['orders-changed', 'customers-changed', 'inspections-changed', 'leads-changed', 'stock-changed'];

  const show = isMeant => crm.all('[data-stale-after]').filter(hint => hint.hidden && isMeant(hint)).forEach(hint => {
    hint.hidden = false;
    crm.announce(hint.textContent.trim());
  });

  TOPICS.forEach(topic => document.body.addEventListener(`live:${topic}`,
    () => show(hint => hint.dataset.staleAfter.split(' ').includes(topic))));
  document.body.addEventListener('live:reconnected', () => show(() => true));
})();
