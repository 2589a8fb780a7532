/* Theme, sidebar rail and the phone drawer. Choices are saved for the person; the server renders them next time. */
(() => {
  'use strict';
  const root = document.documentElement, body = document.body;
  const WIDE = 992; // px, where the sidebar stops being a drawer

  const save = (name, value) => {
    if (body.dataset.preferences) crm.post(body.dataset.preferences, { name, value }).catch(() => {});
  };

  function toggleTheme() {
    root.dataset.theme = root.dataset.bsTheme === 'dark' ? 'light' : 'dark';
    document.dispatchEvent(new CustomEvent('crm:theme-chosen'));
    save('theme', root.dataset.theme);
  }

  let opener = null; // of the drawer: closing gives the focus back to it

  function openDrawer(open) {
    if (open) opener = document.activeElement;
    body.classList.toggle('side-open', open);
    crm.all('[data-side-toggle]').forEach(button => button.setAttribute('aria-expanded', String(open)));
    if (open) document.querySelector('#side a')?.focus();
    else if (document.getElementById('side').contains(document.activeElement)) opener?.focus({ preventScroll: true });
  }

  function toggleSide() {
    if (innerWidth < WIDE) return openDrawer(!body.classList.contains('side-open'));
    save('rail', body.classList.toggle('rail') ? '1' : '0');
  }

  document.addEventListener('click', event => {
    const target = event.target;
    if (target.closest('[data-theme-toggle]')) toggleTheme();
    else if (target.closest('[data-side-toggle]')) toggleSide();
    else if (body.classList.contains('side-open') && !target.closest('.side')) openDrawer(false);
  });
  document.addEventListener('keydown', event => {
    if (event.key === 'Escape' && body.classList.contains('side-open')) openDrawer(false);
  });
})();
