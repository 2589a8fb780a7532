/* The pane of the open lead. Nothing that a person does to it is lost, whatever the live line brings meanwhile:
   - which lead is meant is said in one place: `current()`, the one being opened or else the one shown;
   - a refresh gives way: while a person's request runs or somebody types it waits, and its answer is thrown
     away when a person did something after it was asked;
   - a step that comes while a request runs is held and done right after, on the lead it was meant for;
   - an answer is shown only while the lead it is about is still the current one.
   The end of a request is its XMLHttpRequest's own: htmx tells it on an element that may be gone by then. */
(() => {
  'use strict';
  if (crm.leadPane) return; // coming back through the history runs the page's scripts again
  crm.leadPane = true;
  const running = new Map(), asked = new WeakMap(); // request → lead; refresh → the turn it was asked in
  let turn = 0, opening = null, refreshing = null, isOwed = false, held = null;

  const pulse = () => document.querySelector('#lead-pane [data-pulse]');
  const shown = () => document.querySelector('#lead-pane [data-lead]')?.dataset.lead ?? '';
  const current = () => (opening ? running.get(opening) : shown());
  const isPulse = element => Boolean(element?.matches?.('[data-pulse]'));
  const isInUse = () => Boolean(document.querySelector('#lead-pane .xf-form, #lead-pane .show')); // somebody types or chooses
  const mayRefresh = () => running.size === 0 && !refreshing && !isInUse();

  /* whatever waited: first the person's step, then the refresh */
  function settle() {
    if (running.size) return;
    const step = held;
    held = null;
    if (step?.lead === shown() && !crm.isDialogOpen()) document.querySelector(`#lead-pane [data-key="${step.key}"]`)?.click();
    if (!isOwed || !mayRefresh()) return;
    isOwed = false;
    if (pulse()) htmx.trigger(pulse(), 'pulse');
  }

  document.addEventListener('htmx:confirm', event => { // the first event of a request, before it could be queued
    if (!isPulse(event.detail.elt) || mayRefresh()) return;
    event.preventDefault();
    isOwed = true;
  });

  function watchRefresh(xhr) {
    refreshing = xhr;
    asked.set(xhr, turn);
    xhr.addEventListener('loadend', () => { refreshing = null; settle(); });
  }
  function watch(xhr, row) {
    turn += 1;
    running.set(xhr, row ? row.dataset.lead : shown());
    if (row) opening = xhr;
    xhr.addEventListener('loadend', () => {
      running.delete(xhr);
      if (opening === xhr) opening = null;
      settle();
    });
  }
  document.addEventListener('htmx:beforeSend', event => {
    const { elt, target, xhr } = event.detail;
    if (isPulse(elt)) watchRefresh(xhr);
    else if (target?.id === 'lead-pane' || elt.closest('#lead-pane, #modal')) watch(xhr, elt.closest('.ld'));
  });

  document.addEventListener('htmx:beforeSwap', event => {
    const { xhr, target } = event.detail;
    if (asked.has(xhr)) {
      if (xhr.status === 204 || (asked.get(xhr) === turn && !isInUse())) return;
      event.detail.shouldSwap = false;
      isOwed = true;
    } else if (target?.id === 'lead-pane' && running.has(xhr) && running.get(xhr) !== current()) {
      event.detail.shouldSwap = false;
    }
  });

  const hold = (event, step) => { event.preventDefault(); held = step; };
  document.addEventListener('key-pressed', event => {
    if (running.size) hold(event, { key: event.detail.key, lead: current() });
  });
  document.addEventListener('click', event => {
    const button = event.target.closest?.('#lead-pane [data-key]');
    if (!button || !running.size) return;
    event.stopImmediatePropagation();
    hold(event, { key: button.dataset.key, lead: shown() });
  }, true);
  for (const name of ['hidden.bs.dropdown', 'hidden.bs.offcanvas']) document.addEventListener(name, settle);
})();
