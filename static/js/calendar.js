/* Dragging visits on the calendar with a mouse, a pen or a finger (after a short press). A drop asks the
   server; a refusal is its toast, and the block stands where it was, for it never left. A visit that had its
   time moves with a reason only: the server answers with the dialog that asks for it, and until that closes
   the dashed block shows where it would go. The button on every block and card does the same from the keyboard. Columns are .cal-c[data-day], what moves has data-move-url. */
(() => {
  'use strict';
  const STEP = 15, START = 6, PRESS = 260; // minutes of the grid; pixels and milliseconds before it moves
  let drag = null, waiting = false;

  const hourHeight = cal => cal.querySelector('.cal-c').offsetHeight / Number(cal.dataset.hours);
  const columnAt = (x, y) => crm.all('.cal-c[data-day]').find(column => {
    const box = column.getBoundingClientRect();
    return x >= box.left && x < box.right && y >= box.top && y < box.bottom;
  });
  const clock = minutes => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

  function ghostOf(item) {
    const ghost = document.createElement('div');
    ghost.className = 'ev ghost';
    ghost.append(Object.assign(document.createElement('b'), { textContent: item.querySelector('b, .name')?.textContent || '' }), document.createElement('bdi'));
    ghost.lastChild.dir = 'ltr';
    return ghost;
  }

  function lift() {
    const { item } = drag;
    const cal = document.querySelector('.cal'), hours = item.closest('.cal')
      ? item.offsetHeight / hourHeight(cal) : Number(item.dataset.hours || 60) / 60;
    Object.assign(drag, { cal, hours, ghost: ghostOf(item), isLifted: true });
    item.classList.add('is-lifted');
    document.body.classList.add('is-moving');
  }

  function follow(event) {
    const column = columnAt(event.clientX, event.clientY);
    crm.all('.cal-c.is-target').forEach(other => other.classList.remove('is-target'));
    drag.place = null;
    if (!column) { drag.ghost.remove(); return; }
    const box = column.getBoundingClientRect(), first = Number(drag.cal.dataset.first);
    const top = event.clientY - box.top - drag.grip;
    const raw = first * 60 + top / hourHeight(drag.cal) * 60;
    const last = (first + Number(drag.cal.dataset.hours)) * 60 - STEP;
    const minutes = Math.min(last, Math.max(first * 60, Math.round(raw / STEP) * STEP));
    drag.ghost.style.setProperty('--s', minutes / 60);
    drag.ghost.style.setProperty('--d', drag.hours);
    drag.ghost.lastChild.textContent = clock(minutes);
    if (drag.ghost.parentElement !== column) column.append(drag.ghost);
    column.classList.add('is-target');
    drag.place = { day: column.dataset.day, time: clock(minutes), inspector: column.dataset.inspector || drag.item.dataset.inspector || '' };
  }

  function end(isDrop) {
    if (!drag) return;
    clearTimeout(drag.timer);
    const { item, place, isLifted, ghost } = drag;
    drag = null;
    const isSent = isDrop && isLifted && place;
    if (!isSent) { ghost?.remove(); item.classList.remove('is-lifted'); }
    document.body.classList.remove('is-moving');
    crm.all('.cal-c.is-target').forEach(column => column.classList.remove('is-target'));
    if (isLifted) addEventListener('click', stop, { capture: true, once: true });
    setTimeout(() => removeEventListener('click', stop, { capture: true }), 50);
    if (isSent) send(item, place, ghost);
    else if (waiting) refresh();
  }
  const stop = event => { event.preventDefault(); event.stopPropagation(); };

  function send(item, place, ghost) {
    const values = { version: item.dataset.version, day: place.day, time: place.time };
    if (place.inspector) values.inspector = place.inspector;
    const modal = document.getElementById('modal');
    const leave = () => { ghost.remove(); item.classList.remove('is-lifted'); if (waiting) refresh(); };
    htmx.ajax('POST', item.dataset.moveUrl, { source: item, swap: 'none', values }).finally(() => {
      if (modal.classList.contains('show')) modal.addEventListener('hidden.bs.modal', leave, { once: true });
      else leave();
    });
  }
  function refresh() { waiting = false; htmx.trigger(document.body, 'inspections-changed'); }

  document.addEventListener('pointerdown', event => {
    const item = event.target.closest('[data-move-url]');
    if (!item || event.button !== 0 || event.target.closest('button, .dropdown')) return;
    if (item.matches('.kc') && event.pointerType !== 'mouse' && !event.target.closest('.drag')) return;
    const box = item.getBoundingClientRect();
    drag = { item, x: event.clientX, y: event.clientY, grip: item.closest('.cal') ? event.clientY - box.top : 12, place: null, isLifted: false, isTouch: event.pointerType === 'touch' };
    if (drag.isTouch) drag.timer = setTimeout(() => { if (drag) lift(); }, PRESS);
  });
  document.addEventListener('pointermove', event => {
    if (!drag) return;
    const far = Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > START;
    if (!drag.isLifted && far) {
      if (drag.isTouch) { end(false); return; } // a finger that moves at once scrolls
      lift();
    }
    if (drag.isLifted) { event.preventDefault(); follow(event); }
  });
  document.addEventListener('touchmove', event => { if (drag?.isLifted) event.preventDefault(); }, { passive: false });
  document.addEventListener('pointerup', () => end(true));
  document.addEventListener('pointercancel', () => end(false));
  document.addEventListener('dragstart', event => { if (event.target.closest('[data-move-url]')) event.preventDefault(); });
  document.addEventListener('keydown', event => { if (event.key === 'Escape' && drag?.isLifted) { event.stopPropagation(); end(false); } }, true);

  /* a live change must not take the block out of the hand: it comes after the drop */
  document.addEventListener('htmx:beforeSwap', event => {
    if (drag?.isLifted && event.detail.target?.id === 'calendar') { event.detail.shouldSwap = false; waiting = true; }
  });
})();
