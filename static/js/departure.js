/* The page at a visit is kept on the device for one person, to work without a connection (site-worker.js). It is
   forgotten when that person signs out, and when somebody else signs in. What they wrote and the server does not
   have yet stays, sealed: only their own page has the key (site-store.js). */
(() => {
  'use strict';
  const NAME = 'madar-person', { person } = document.body.dataset; // '' before signing in
  if (person === undefined) return;

  async function forget() {
    if (!self.caches) return;
    for (const name of await caches.keys()) if (name.startsWith('madar-site')) await caches.delete(name);
  }
  const known = { get: () => { try { return localStorage.getItem(NAME); } catch { return null; } },
    set: () => { try { localStorage.setItem(NAME, person); } catch { /* asked for anew on the next page */ } } };
  if (!person || known.get() !== person) forget();
  known.set();
  document.addEventListener('submit', event => { if (event.target.matches('[data-departs]')) forget(); });
})();
