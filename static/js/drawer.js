/* Notifications drawer: filled when it opens, refilled while it is open. The bell's count is an
   element of its own (#unread) that the server replaces out of band. */
(() => {
  'use strict';
  const drawer = document.getElementById('notifications');
  if (!drawer) return;
  drawer.addEventListener('show.bs.offcanvas', () => htmx.trigger(drawer.querySelector('[data-drawer]'), 'drawer-opened'));
})();
