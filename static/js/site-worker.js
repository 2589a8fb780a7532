/* Keeps the page at the site, and what it is made of, for a reload without a connection. Its scope is
   that page only. The network comes first; what was kept answers when there is none within PATIENCE.
   A page that the server no longer gives (signed out, over, not allowed) is forgotten. */
'use strict';
const KEPT = 'madar-site-1', PATIENCE = 4000; // ms
const LOOSE = { ignoreVary: true, ignoreSearch: true };

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', event => event.waitUntil(clients.claim()));

async function fetchAndKeep(request) {
  const answer = await fetch(request);
  const cache = await caches.open(KEPT);
  if (answer.ok && !answer.redirected && answer.type === 'basic') await cache.put(request, answer.clone());
  else await cache.delete(request, LOOSE);
  return answer;
}

async function networkFirst(request) {
  const kept = async () => (await caches.open(KEPT)).match(request, LOOSE);
  const patience = new Promise(resolve => setTimeout(resolve, PATIENCE));
  const asked = fetchAndKeep(request);
  asked.catch(() => {});
  const first = await Promise.race([asked.catch(() => null), patience]);
  return first || await kept() || asked;
}

self.addEventListener('fetch', event => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  const isPage = request.mode === 'navigate' && url.pathname.startsWith(new URL(registration.scope).pathname);
  if (isPage || url.pathname.startsWith('/static/')) event.respondWith(networkFirst(request));
});

self.addEventListener('message', event => {
  const { keep, forget } = event.data || {};
  event.waitUntil((async () => {
    const cache = await caches.open(KEPT);
    if (forget) await cache.delete(forget, LOOSE);
    for (const path of keep || []) {
      try { await fetchAndKeep(new Request(path, { credentials: 'same-origin' })); } catch { /* next time */ }
    }
  })());
});
