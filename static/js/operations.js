/* Reads the operations page anew every few seconds, <div data-tick="10">, and at once when an alert changes, while it
   is seen and nobody is at work in it with the keyboard or a selection: a swap would take that away. What came then
   is read as soon as they have left. A click of the mouse leaves nothing that could be lost.
   A list, <tbody data-keeps-rows>, is read anew with as many rows as it has. */
(() => {
  'use strict';
  if (crm.operations) return; // coming back through the history runs the page's scripts again
  crm.operations = true;
  let last = Date.now();

  const isInUse = part => Boolean(part.querySelector(':focus-visible'))
    || (!getSelection().isCollapsed && part.contains(getSelection().anchorNode));

  function look() {
    const part = document.querySelector('[data-tick]');
    if (!part || document.hidden || Date.now() - last < part.dataset.tick * 1000 || isInUse(part)) return;
    last = Date.now();
    part.dispatchEvent(new CustomEvent('tick'));
  }

  document.addEventListener('htmx:beforeRequest', event => {
    if (!event.detail.elt.matches('[data-tick]') || !isInUse(event.detail.elt)) return;
    event.preventDefault();
    last = 0;
  });
  document.addEventListener('htmx:configRequest', event => {
    const list = event.detail.elt;
    if (list.matches('[data-keeps-rows]')) event.detail.parameters.shown = crm.all('[data-row]', list).length;
  });
  setInterval(look, 1000);
  document.addEventListener('visibilitychange', look);
})();
