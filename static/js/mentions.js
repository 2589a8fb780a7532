/* An @ in a note offers colleagues: textarea[data-mentions], names from the address in [data-people].
   Arrow keys choose, Enter or Tab takes, Escape closes. The text holds the name; the server reads it there. */
(() => {
  'use strict';
  const WORD = /(^|\s)@([^\s@]{0,30})$/;
  let list = null, field = null, asked = null; // asked: what an answer is still wanted for

  const close = () => { list?.remove(); list = null; asked = null; field?.removeAttribute('aria-expanded'); };
  const options = () => (list ? crm.all('[data-mention]', list) : []);
  const current = () => options().findIndex(option => option.getAttribute('aria-selected') === 'true');

  function mark(index) {
    options().forEach((option, place) => option.setAttribute('aria-selected', String(place === index)));
    const chosen = options()[index];
    if (chosen) { chosen.id ||= `mention-${index}`; field.setAttribute('aria-activedescendant', chosen.id); }
  }

  function take(option) {
    const before = field.value.slice(0, field.selectionStart).replace(WORD, `$1@${option.dataset.mention} `);
    field.value = before + field.value.slice(field.selectionStart);
    field.focus();
    field.setSelectionRange(before.length, before.length);
    close();
  }

  function show(html) {
    close();
    if (!html.trim()) return;
    list = document.createElement('div');
    list.className = 'mentions';
    list.setAttribute('role', 'listbox');
    list.innerHTML = html; // the server's own escaped markup
    field.after(list);
    field.setAttribute('aria-expanded', 'true');
    mark(0);
  }

  document.addEventListener('input', async event => {
    if (!event.target.matches('[data-mentions]')) return;
    field = event.target;
    const found = WORD.exec(field.value.slice(0, field.selectionStart));
    if (!found) return close();
    asked = found[2];
    const url = document.querySelector('[data-people]').dataset.people;
    const answer = await fetch(`${url}?q=${encodeURIComponent(found[2])}`);
    if (answer.ok && asked === found[2]) show(await answer.text());
    return undefined;
  });

  document.addEventListener('keydown', event => {
    if (!list || event.target !== field) return;
    const count = options().length, place = current();
    if (event.key === 'ArrowDown') mark((place + 1) % count);
    else if (event.key === 'ArrowUp') mark((place + count - 1) % count);
    else if ((event.key === 'Enter' || event.key === 'Tab') && place >= 0) take(options()[place]);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);

  document.addEventListener('mousedown', event => {
    const option = event.target.closest('[data-mention]');
    if (option) { event.preventDefault(); take(option); } else close();
  });
})();
