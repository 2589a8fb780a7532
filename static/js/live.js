/* The live line. The server sends only the name of what changed, {"topic": "leads-changed"}; this turns it
   into the event live:leads-changed on <body>, and whoever listens fetches its own HTML with its own
   permission:  hx-trigger="live:leads-changed from:body".
   A burst becomes two events at most every WAIT ms: the first at once and one at the end.
   After a lost connection everything on the page that listens is refetched; nothing is replayed. */
(() => {
  'use strict';
  const path = document.body.dataset.live;
  if (!path) return;
  const WAIT = 250, FIRST_RETRY = 500, LAST_RETRY = 15000; // ms
  const REFUSED = [4401, 4403]; // close codes: signed out, not allowed
  const timers = new Map(), waiting = new Map();
  let retry = FIRST_RETRY, hasBeenOpen = false;

  const emit = (topic, detail) => document.body.dispatchEvent(
    new CustomEvent(`live:${topic}`, { bubbles: true, detail: detail ?? { topic } }));

  function tell(topic, detail) {
    if (timers.has(topic)) { waiting.set(topic, detail); return; }
    emit(topic, detail);
    timers.set(topic, setTimeout(() => {
      timers.delete(topic);
      if (!waiting.has(topic)) return;
      const latest = waiting.get(topic);
      waiting.delete(topic);
      tell(topic, latest);
    }, WAIT));
  }

  // What the page asks for by itself is marked: it is no sign that somebody sits before it (AU-5).
  document.body.addEventListener('htmx:configRequest', event => {
    const cause = event.detail.triggeringEvent?.type ?? '';
    if (cause === 'tick' || cause.startsWith('live:')) event.detail.headers['X-Unattended'] = '1';
  });

  const listenedTo = () => new Set(crm.all('[hx-trigger*="live:"]')
    .flatMap(element => [...element.getAttribute('hx-trigger').matchAll(/live:([\w-]+)/g)].map(match => match[1])));

  function showState(isUp) {
    document.body.dataset.liveState = isUp ? 'up' : 'down';
    crm.all('.live[data-live-state]').forEach(mark => mark.classList.toggle('is-down', !isUp));
  }

  function opened() {
    retry = FIRST_RETRY;
    showState(true);
    if (hasBeenOpen) {
      emit('reconnected');
      listenedTo().forEach(topic => topic !== 'reconnected' && tell(topic));
    }
    hasBeenOpen = true;
  }

  function received(event) {
    let message;
    try { message = JSON.parse(event.data); } catch { return; }
    if (typeof message?.topic === 'string' && /^[\w-]+$/.test(message.topic)) tell(message.topic, message);
  }

  function connect() {
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`);
    socket.addEventListener('open', opened);
    socket.addEventListener('message', received);
    socket.addEventListener('close', event => {
      showState(false);
      if (REFUSED.includes(event.code)) { location.reload(); return; } // access ended: the server shows sign-in
      setTimeout(connect, retry * (0.75 + Math.random() / 2)); // spread out: a restart brings everyone back at once
      retry = Math.min(retry * 2, LAST_RETRY);
    });
  }

  document.addEventListener('htmx:load', () => { if (document.body.dataset.liveState === 'down') showState(false); });
  connect();
})();
