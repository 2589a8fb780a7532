/* Choosing rows: shift-click ranges, the head's checkbox, a floating bar with the live count.
   The choice is a set of ids kept here, so it survives a swap of the table. The bar is a form whose
   hidden fields follow it: ids=1,2,3 and scope=ids|all (all = everything the filters match). */
(() => {
  'use strict';
  const chosen = new Set();
  let everything = false, last = null;
  const boxes = () => crm.all('[data-row-check]');
  const shown = () => boxes().filter(crm.isShown);

  function showCount(bar, count) {
    if (count) crm.unfold(bar);
    bar.hidden = count === 0;
    const words = everything ? bar.dataset.allChosen : crm.words.selected.replace('{n}', new Intl.NumberFormat('en-US').format(count));
    bar.querySelector('.cnt').textContent = words;
    if (bar.elements?.ids) bar.elements.ids.value = [...chosen].join(',');
    if (bar.elements?.scope) bar.elements.scope.value = everything ? 'all' : 'ids';
    if (count) crm.announce(words);
  }

  function sync() {
    if (everything) set(boxes(), true); // rows that came since: they are among all
    boxes().forEach(box => {
      box.checked = chosen.has(box.value);
      box.closest('[data-row]')?.classList.toggle('is-sel', box.checked);
    });
    const list = shown(), count = list.filter(box => box.checked).length;
    const head = document.querySelector('[data-check-all]'), bar = document.getElementById('bulk');
    if (head) {
      head.checked = count > 0 && count === list.length;
      head.indeterminate = count > 0 && count < list.length;
    }
    if (bar) showCount(bar, chosen.size);
  }

  const set = (list, on) => list.forEach(box => (on ? chosen.add(box.value) : chosen.delete(box.value)));

  function choose(box, isRange) {
    const list = shown();
    const [from, to] = [list.indexOf(last), list.indexOf(box)].sort((a, b) => a - b);
    set(isRange && from >= 0 ? list.slice(from, to + 1) : [box], box.checked);
    last = box;
    everything = false;
  }

  const clear = () => { chosen.clear(); everything = false; last = null; sync(); };

  document.addEventListener('click', event => {
    const box = event.target.closest('[data-row-check]');
    if (box) choose(box, event.shiftKey);
    else if (event.target.closest('[data-check-all]')) { set(shown(), event.target.checked); everything = false; }
    else if (event.target.closest('[data-bulk-everything]')) everything = true;
    else if (event.target.closest('[data-bulk-clear]')) return clear();
    else return undefined;
    return sync();
  });
  document.addEventListener('htmx:afterSettle', () => { if (boxes().length || chosen.size) sync(); });
  document.addEventListener('bulk-done', clear); // the server's HX-Trigger after a bulk action
  document.addEventListener('filters-changed', clear);
})();
