/* Command palette: a dialog with a combobox. Commands are in the page, pages in its sidebar, both filtered here;
   records come from <dialog data-url>?q= as HTML groups of [role=option] (components/palette_group.html). */
(() => {
  'use strict';
  const dialog = document.getElementById('palette');
  if (!dialog) return;
  const WAIT = 150, SHORTEST = 2; // ms of silence before a request; letters worth searching for
  const input = dialog.querySelector('input');
  const found = dialog.querySelector('[data-found]');
  const nothing = dialog.querySelector('.cmdk-none');
  const fold = text => text.toLowerCase().normalize('NFKD').replace(/[\u0300-\u036f\u064b-\u065f\u0670\u0640]/g, '');
  let timer = 0, request = null, at = 0;

  const options = () => crm.all('[role=option]', dialog).filter(option => !option.hidden && !option.closest('[hidden]'));

  function mark(position) {
    const list = options();
    at = list.length ? (position + list.length) % list.length : 0;
    list.forEach((option, index) => {
      option.id = `palette-option-${index}`;
      option.setAttribute('aria-selected', String(index === at));
    });
    if (list.length) {
      input.setAttribute('aria-activedescendant', list[at].id);
      list[at].scrollIntoView({ block: 'nearest' });
    } else {
      input.removeAttribute('aria-activedescendant');
    }
    nothing.hidden = list.length > 0;
  }

  function filterCommands(words) {
    const wanted = fold(words);
    crm.all('.cmdk-g[data-commands]', dialog).forEach(group => {
      const list = crm.all('[role=option]', group);
      list.forEach(option => { option.hidden = !fold(option.textContent).includes(wanted); });
      group.hidden = list.every(option => option.hidden);
    });
    mark(0);
  }

  async function fetchRecords(words) {
    request?.abort();
    request = new AbortController();
    const url = `${dialog.dataset.url}?${new URLSearchParams({ q: words })}`;
    try {
      const answer = await fetch(url, { headers: { 'HX-Request': 'true' }, signal: request.signal });
      if (!answer.ok || answer.redirected || input.value.trim() !== words) return;
      found.innerHTML = await answer.text();
      mark(0);
      crm.announce(crm.words.results.replace('{n}', options().length));
    } catch (problem) {
      if (problem.name !== 'AbortError') found.replaceChildren();
    }
  }

  function search() {
    const words = input.value.trim();
    clearTimeout(timer);
    filterCommands(words);
    if (words.length < SHORTEST) { request?.abort(); found.replaceChildren(); mark(0); return; }
    timer = setTimeout(() => fetchRecords(words), WAIT);
  }

  function option({ link, label, key }) {
    const item = crm.make('a', 'cmdk-it',
      crm.make('span', 'cmdk-ic', link.querySelector('.i').cloneNode(true)),
      crm.make('span', 'cmdk-m', crm.make('b', '', label)));
    item.href = link.href;
    item.tabIndex = -1;
    item.setAttribute('role', 'option');
    if (key) item.append(crm.keysOf('span', 'g', key));
    return item;
  }

  function fill() {
    const fresh = dialog.querySelector('template[data-fold]');
    crm.unfold(dialog);
    if (fresh) dialog.querySelector('[data-pages]').append(...crm.pages().map(option));
  }

  function open() {
    fill();
    input.value = '';
    found.replaceChildren();
    dialog.showModal();
    filterCommands('');
    input.focus();
  }

  dialog.addEventListener('keydown', event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); mark(at + step); }
    if (event.key === 'Enter') { event.preventDefault(); options()[at]?.click(); }
  });
  dialog.addEventListener('click', event => {
    if (event.target === dialog || event.target.closest('[role=option]')) dialog.close();
  });
  input.addEventListener('input', search);
  document.addEventListener('click', event => { if (event.target.closest('[data-palette]')) open(); });
  document.addEventListener('keydown', event => {
    if (!(event.ctrlKey || event.metaKey) || event.code !== 'KeyK') return; // code: an Arabic layout types "ن" here
    event.preventDefault();
    if (dialog.open) dialog.close(); else open();
  });
})();
