/* The leads inbox. Keeps selection and scroll when the live list fetches itself again, marks what is new,
   and follows the address on phones, where list and lead are two views of one page. What happens to the
   open lead is in lead-pane.js. */
(() => {
  'use strict';
  if (crm.leadList) return; // coming back through the history runs the page's scripts again
  crm.leadList = true;
  const WIDE = 992; // px, where list and lead stand side by side
  const FRESH = 6000; // ms that a new row stays marked
  const byId = id => document.getElementById(id);
  const rows = () => crm.all('[data-lead]', byId('lead-list') ?? document.createElement('div'));
  const open = () => document.querySelector('#lead-pane .lead-main')?.dataset ?? {};
  let before = null;

  function mark() {
    rows().forEach(row => {
      const isOpen = row.dataset.lead === open().lead;
      row.classList.toggle('is-active', isOpen);
      if (isOpen) row.setAttribute('aria-current', 'true'); else row.removeAttribute('aria-current');
    });
    document.body.classList.toggle('thread-view', open().url === location.pathname);
  }

  /* the list is replaced as a whole: remember the rows in sight, and put the first that is left back there */
  function remember() {
    const box = byId('lead-scroll');
    const top = box.getBoundingClientRect().top;
    before = {
      ids: new Set(rows().map(row => row.dataset.lead)), scroll: box.scrollTop,
      seen: rows().map(row => ({ id: row.id, at: row.getBoundingClientRect() }))
        .filter(({ at }) => at.bottom > top).map(({ id, at }) => ({ id, offset: at.top - top })),
    };
  }
  function restore() {
    const box = byId('lead-scroll'), first = before.seen.find(row => byId(row.id));
    const fresh = rows().filter(row => !before.ids.has(row.dataset.lead));
    if (before.scroll > 4 && first) box.scrollTop += byId(first.id).getBoundingClientRect().top - box.getBoundingClientRect().top - first.offset;
    fresh.forEach(row => { row.classList.add('is-fresh'); setTimeout(() => row.classList.remove('is-fresh'), FRESH); });
    const above = fresh.length > 0 && box.scrollTop > 40;
    if (above) box.querySelector('[data-fresh]').hidden = false;
    before = null;
  }

  const isRefresh = event => event.detail.elt?.id === 'lead-list';
  document.addEventListener('htmx:configRequest', event => { if (isRefresh(event)) event.detail.parameters.shown = rows().length; });
  document.addEventListener('htmx:beforeSwap', event => {
    const target = event.detail.target, asked = event.detail.requestConfig?.elt;
    if (target?.id === 'lead-list' && asked === target) remember();
    if (target?.id === 'lead-pane' && event.detail.shouldSwap) closeSheet();
  });
  /* a filter's menu that is open stays open; the filters come with the next list */
  document.addEventListener('htmx:oobBeforeSwap', event => {
    if (event.detail.target?.id === 'lead-filters' && event.detail.target.querySelector('.dropdown-menu.show')) event.detail.shouldSwap = false;
  });
  document.addEventListener('htmx:afterSettle', event => {
    if (before) restore();
    if (event.detail.target?.id === 'lead-pane') opened(event);
    mark();
  });

  function opened(event) {
    const from = event.detail.requestConfig?.elt;
    if (open().title) document.title = document.title.replace(/^.*?( · [^·]*)$/, `${open().title}$1`);
    if (from?.matches?.('.ld') && innerWidth < WIDE) scrollTo(0, 0);
  }

  /* a sheet of the old pane would leave its backdrop behind */
  function closeSheet() {
    const sheet = byId('lead-why');
    const shown = sheet && bootstrap.Offcanvas.getInstance(sheet);
    if (!shown) return;
    shown.dispose();
    crm.all('.offcanvas-backdrop').forEach(backdrop => backdrop.remove());
    document.body.style.removeProperty('overflow');
    document.body.style.removeProperty('padding-right');
  }

  document.addEventListener('click', event => {
    if (!event.target.closest('[data-fresh]')) return;
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    byId('lead-scroll').scrollTo({ top: 0, behavior: isCalm ? 'auto' : 'smooth' });
    event.target.closest('[data-fresh]').hidden = true;
  });
  document.addEventListener('scroll', event => {
    if (event.target.id === 'lead-scroll' && event.target.scrollTop < 20) event.target.querySelector('[data-fresh]').hidden = true;
  }, { capture: true, passive: true });
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape') event.target.closest?.('.xf-form')?.querySelector('[data-cancel]')?.click();
  });
  document.addEventListener('htmx:load', mark);
  addEventListener('popstate', () => setTimeout(mark));
})();
