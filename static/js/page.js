/* What every behaviour needs: the page's words, a voice for screen readers, icons, a safe POST.
   Words come from the server (<template id="words" data-…>), so scripts hold no language. */
window.crm = (() => {
  'use strict';
  const words = document.getElementById('words')?.dataset ?? {};

  const announce = text => {
    const voice = document.getElementById('announce');
    if (voice) voice.textContent = text;
  };

  const icon = name => {
    const space = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(space, 'svg');
    const use = document.createElementNS(space, 'use');
    svg.setAttribute('class', 'i');
    svg.setAttribute('aria-hidden', 'true');
    use.setAttribute('href', `${document.body.dataset.icons}#i-${name}`);
    svg.append(use);
    return svg;
  };

  const csrfToken = () => JSON.parse(document.body.getAttribute('hx-headers') || '{}')['X-CSRFToken'] ?? '';

  const post = (url, values) => fetch(url, {
    method: 'POST',
    headers: { 'X-CSRFToken': csrfToken() },
    body: new URLSearchParams(values),
  });

  const isField = element => Boolean(element.closest?.('input, textarea, select, [contenteditable]'));
  const isDialogOpen = () => Boolean(document.querySelector('dialog[open], .modal.show'));
  const isShown = element => element.getClientRects().length > 0;
  // A strip of links that is wider than a phone begins where the reader is.
  document.querySelectorAll('.set > nav [aria-current], .report-nav [aria-current]').forEach(link => {
    link.scrollIntoView({ block: 'nearest', inline: 'center' });
  });

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // What waits in <template data-fold> until it is wanted: fewer elements on every page.
  const unfold = root => all('template[data-fold]', root).forEach(fold => {
    fold.replaceWith(fold.content);
    window.htmx?.process(root);
  });

  document.addEventListener('show.bs.dropdown', event => unfold(event.target.parentElement));

  // The pages of the sidebar that have a key: for the palette and the key map.
  const make = (tag, css, ...children) => {
    const element = document.createElement(tag);
    if (css) element.className = css;
    element.append(...children);
    return element;
  };
  const keysOf = (tag, ...letters) => {
    const keys = make(tag, 'keys', ...letters.map(letter => make('kbd', '', letter.toUpperCase())));
    keys.dir = 'ltr';
    return keys;
  };
  const pages = () => all('.side-nav .side-link').map(link => ({
    link, label: link.querySelector('.side-t').textContent, key: link.dataset.go,
  }));

  return { words, announce, icon, post, isField, isDialogOpen, isShown, all, unfold, make, keysOf, pages };
})();
