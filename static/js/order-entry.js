/* Writing an order without a mouse: type-ahead lists, a scanner's codes, totals from the server while
   typing, a draft kept in this browser until it is saved. Codes, not letters: Arabic layouts work too. */
(() => {
  'use strict';
  const form = () => document.getElementById('order-entry');
  if (!form()) return;
  const KEEP = 300; // ms after the last key
  const NOT_KEPT = ['csrfmiddlewaretoken', 'customer_q', 'product_q', 'do'];
  const find = selector => form()?.querySelector(selector);
  const rows = () => crm.all('[data-line]', form());
  let keeping = 0, isSaved = false, isBusy = false, ahead = '';

  /* the draft: every field of the form, under a key of this person and this order */
  const asked = new URLSearchParams(location.search).get('customer');
  const draftKey = () => form().dataset.draft + (asked ? `.${asked}` : '');

  function keep() {
    clearTimeout(keeping);
    keeping = setTimeout(() => {
      if (isSaved || !form()) return;
      const entries = [...new FormData(form())].filter(([name]) => !NOT_KEPT.includes(name));
      try { localStorage.setItem(draftKey(), JSON.stringify({ at: Date.now(), entries })); } catch { return; }
      showKept(new Date());
    }, KEEP);
  }

  function showKept(moment) {
    const mark = document.getElementById('oe-kept');
    if (!mark) return;
    const time = moment.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
    mark.querySelector('span').textContent = `${mark.dataset.words} ${time}`;
    mark.hidden = false;
  }

  const forget = () => { clearTimeout(keeping); try { localStorage.removeItem(draftKey()); } catch { /* nothing was kept */ } };

  function bringBack() {
    let kept;
    try { kept = JSON.parse(localStorage.getItem(draftKey())); } catch { return; }
    if (!Array.isArray(kept?.entries)) return;
    const values = {};
    kept.entries.forEach(([name, value]) => { (values[name] ||= []).push(value); });
    htmx.ajax('POST', form().dataset.draftUrl, { target: '#order-entry', swap: 'outerHTML', values })
      .then(() => { showKept(new Date(kept.at)); focusStart(); });
  }

  function changed() {
    htmx.trigger('#oe-totals', 'oe-changed');
    document.getElementById('oe-count').textContent = rows().length;
    keep();
  }

  /* lists that open under a field */
  const boxOf = input => {
    const host = input.closest('[data-combo]');
    return { kind: host.dataset.combo, input, list: host.querySelector('[role=listbox]') };
  };
  const options = list => crm.all('[role=option]', list);
  const chosen = list => options(list).find(option => option.getAttribute('aria-selected') === 'true');

  function close({ input, list }) {
    list.hidden = true;
    list.replaceChildren();
    delete list.dataset.of;
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
  }

  function mark({ input, list }, option) {
    options(list).forEach(one => one.setAttribute('aria-selected', String(one === option)));
    if (!option) return;
    input.setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({ block: 'nearest' });
  }

  document.addEventListener('htmx:afterSwap', event => {
    const list = event.detail.target;
    if (!list?.matches?.('[data-combo] [role=listbox]')) return;
    const box = boxOf(list.closest('[data-combo]').querySelector('[role=combobox]'));
    const words = event.detail.requestConfig.parameters[box.input.name] ?? '';
    const isWanted = document.activeElement === box.input && words === box.input.value && list.childElementCount;
    if (!isWanted) return close(box);
    list.dataset.of = words;
    list.hidden = false;
    box.input.setAttribute('aria-expanded', 'true');
    mark(box, chosen(list));
  });

  function move(box, step) {
    const all = options(box.list);
    if (!all.length) return;
    mark(box, all[(all.indexOf(chosen(box.list)) + step + all.length) % all.length]);
  }

  /* what is typed while the server answers goes where it belongs: a quantity, then the next product */
  async function holding(work) {
    if (isBusy) return;
    isBusy = true;
    let goOn;
    try { goOn = await work(); } finally { isBusy = false; }
    const [now, ...later] = ahead.split('\n');
    ahead = '';
    goOn?.(now, later);
  }

  function typeOn(text, rest) {
    const field = find('#product-q');
    field.focus();
    if (!text) { if (rest.length) typeOn(rest[0], rest.slice(1)); return; }
    field.value += text;
    if (!rest.length) { htmx.trigger(field, 'search-again'); return; }
    ahead = rest.join('\n');
    enterInList(boxOf(field));
  }

  const choose = (box, option) => (box.kind === 'customer'
    ? holding(() => chooseCustomer(option)) : add({ product: option.dataset.product }, box.input));

  async function chooseCustomer(option) {
    await htmx.ajax('GET', option.dataset.url, { target: '#oe-customer', swap: 'outerHTML' });
    const place = document.getElementById('oe-customer').dataset.warehouse, places = find('#id_warehouse');
    if (place && !rows().length && [...places.options].some(one => one.value === place)) places.value = place;
    changed();
    return typeOn;
  }

  const plain = text => text.replace(/[٠-٩]/g, digit => '٠١٢٣٤٥٦٧٨٩'.indexOf(digit)).replace(/[٬,]/g, '').replace('٫', '.');
  const oneMore = field => { field.value = String((parseFloat(plain(field.value)) || 0) + 1); };

  /* a scanned code stays in the field for the next one; a product that was searched asks for its quantity */
  const add = (values, input) => holding(() => fetchLine(values, input));

  async function fetchLine(values, input) {
    const typed = input.value.trim(), body = document.getElementById('oe-lines'), last = body.lastElementChild;
    const url = new URL(form().dataset.lineUrl, location.href);
    const all = { ...values, warehouse: find('#id_warehouse')?.value, customer: find('#id_customer')?.value };
    Object.entries(all).forEach(([name, value]) => value && url.searchParams.set(name, value));
    await htmx.ajax('GET', url.pathname + url.search, { target: '#oe-lines', swap: 'beforeend' });
    const row = body.lastElementChild;
    if (row === last) { input.select(); htmx.trigger(input, 'search-again'); return null; }
    input.value = '';
    close(boxOf(input));
    const isScan = plain(typed) === row.dataset.code;
    const same = isScan && rows().find(one => one !== row && one.dataset.product === row.dataset.product);
    if (same) { oneMore(same.querySelector('[name=line-quantity]')); row.remove(); }
    changed();
    return isScan ? typeOn : (quantity, rest) => askQuantity(row.querySelector('[name=line-quantity]'), quantity, rest);
  }

  function askQuantity(field, quantity, rest) {
    field.focus();
    field.select();
    if (quantity) { field.value = quantity; changed(); }
    if (rest.length) typeOn(rest[0], rest.slice(1));
  }

  function enterInList(box) {
    const option = box.list.dataset.of === box.input.value ? chosen(box.list) : null;
    if (option) choose(box, option);
    else if (box.kind === 'product' && box.input.value.trim()) add({ code: box.input.value.trim() }, box.input);
  }

  function onKey(event, input) {
    const isList = input.matches('[role=combobox]'), box = isList && boxOf(input);
    if (event.code === 'Enter' || event.code === 'NumpadEnter') {
      if (input.matches('textarea, button, summary, a')) return;
      event.preventDefault(); // never the first button by accident: an order is confirmed on purpose
      if (event.isComposing) return;
      if (isList) enterInList(box); else if (input.closest('[data-line]')) find('#product-q').focus();
    } else if (isList && (event.code === 'ArrowDown' || event.code === 'ArrowUp')) {
      event.preventDefault();
      move(box, event.code === 'ArrowDown' ? 1 : -1);
    } else if (isList && event.code === 'Escape' && !box.list.hidden) {
      event.stopPropagation();
      close(box);
    }
  }

  function nextPlace() {
    const own = document.activeElement.closest('[data-line]')?.querySelector('select');
    const places = own ?? find('#id_warehouse');
    if (!places?.options.length) return;
    places.selectedIndex = (places.selectedIndex + 1) % places.options.length;
    places.dispatchEvent(new Event('change', { bubbles: true }));
    crm.announce(places.selectedOptions[0].textContent);
  }

  function moveRow(row, step) {
    const other = step < 0 ? row.previousElementSibling : row.nextElementSibling, field = document.activeElement;
    if (!other) return;
    if (step < 0) other.before(row); else other.after(row);
    field.focus();
    keep();
  }

  const press = name => (find(`[data-do=${name}]`) ?? find('[data-do=quote]'))?.click();
  const withControl = { Enter: () => press('confirm'), NumpadEnter: () => press('confirm'), KeyS: () => press('draft') };
  const withAlt = { KeyQ: () => press('quote'), KeyW: nextPlace };

  document.addEventListener('keydown', event => {
    if (crm.isDialogOpen() || !form()) return;
    if (isBusy && event.target.matches?.('[role=combobox], body') && !event.ctrlKey && !event.altKey && !event.metaKey) {
      const key = event.code === 'Enter' || event.code === 'NumpadEnter' ? '\n' : event.key.length === 1 ? event.key : '';
      if (key) { event.preventDefault(); event.stopPropagation(); ahead += key; return; }
    }
    const isControl = (event.ctrlKey || event.metaKey) && !event.altKey;
    const isAlt = event.altKey && !event.ctrlKey && !event.metaKey;
    const row = event.target.closest?.('[data-line]');
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.code];
    const act = (isControl && withControl[event.code]) || (isAlt && withAlt[event.code])
      || (isAlt && row && step && (() => moveRow(row, step)));
    if (act) { event.preventDefault(); event.stopPropagation(); act(); return; }
    if (!isControl && !isAlt && event.target.closest?.('#order-entry')) onKey(event, event.target);
  }, true);

  document.addEventListener('input', event => {
    if (!event.target.closest('#order-entry') || event.target.matches('[role=combobox]')) return;
    if (event.target.matches('[data-total]')) changed(); else keep();
  });
  document.addEventListener('change', event => {
    if (!event.target.closest('#order-entry')) return;
    if (event.target.id === 'id_warehouse' && find('#product-q').value) htmx.trigger('#product-q', 'search-again');
    if (event.target.matches('select[data-total]')) changed(); else keep();
  });
  document.addEventListener('mousedown', event => { if (event.target.closest('[data-combo] [role=option]')) event.preventDefault(); });
  document.addEventListener('focusout', event => {
    if (!event.target.matches('[data-combo] [role=combobox]')) return;
    setTimeout(() => { if (event.target.isConnected && document.activeElement !== event.target) close(boxOf(event.target)); });
  });

  document.addEventListener('click', event => {
    const option = event.target.closest('[data-combo] [role=option]'), day = event.target.closest('[data-day]');
    const drop = event.target.closest('[data-drop]');
    if (option) choose(boxOf(option.closest('[data-combo]').querySelector('[role=combobox]')), option);
    else if (day) { find('#id_promised_on').value = day.dataset.day; keep(); }
    else if (drop) { drop.closest('[data-line]').remove(); find('#product-q').focus(); changed(); }
  });

  document.addEventListener('htmx:beforeOnLoad', event => {
    const isDone = event.detail.elt === form() && event.detail.xhr.status === 204;
    isSaved ||= isDone;
    if (isDone || event.detail.elt.matches('[data-start-over]')) forget();
  });
  document.addEventListener('htmx:afterSettle', event => {
    if (event.detail.xhr?.status === 422 && event.detail.elt === form()) keep(); // under the newest version
  });
  document.addEventListener('quote-saved', event => {
    const { document: paper, page } = event.detail;
    location.href = window.open(paper, '_blank') ? page : paper; // a blocked window: the paper itself
  });

  const focusStart = () => (find('#customer-q') ?? find('#product-q'))?.focus();
  if (form().querySelector('[aria-invalid=true]') === null) { bringBack(); focusStart(); }
})();
