/* What was written at the site, on the device until the server has it. One IndexedDB for each person.
   Every piece has an identity and a time of its own, so that sending it twice stores it once:
   answers  {visit, item, value, note, answered_at, isSent}      the latest one of an item wins
   photos   {id, visit, item, blob, taken_at, isSent}            id is a UUID made here; taken away: isRemoved
   extras   {key: "visit:kind", visit, kind, …, isSent}          start, signature, finish, draft
   Words and pictures lie sealed (AES-GCM). The key comes with the page, which the device forgets when the person
   signs out: whoever takes the phone next cannot read what was not sent yet. `key` is Base64, 256 bits. */
window.siteStore = (user, visit, key) => {
  'use strict';
  const NAME = `madar-site-${user}`;
  const done = request => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  const opened = new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of [['answers', ['visit', 'item']], ['photos', 'id'], ['extras', ['visit', 'kind']]]) {
        request.result.createObjectStore(name, { keyPath }).createIndex('visit', 'visit');
      }
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  const store = async (name, mode) => (await opened).transaction(name, mode).objectStore(name);

  /* browsers seal on secure addresses only, as they keep the page there only */
  const OPEN = ['visit', 'item', 'id', 'kind', 'isSent', 'isRemoved', 'problem', 'remove', 'answered_at', 'taken_at', 'signed_at', 'at'];
  const seal = key && crypto.subtle ? crypto.subtle.importKey('raw', Uint8Array.from(atob(key), sign => sign.charCodeAt(0)), 'AES-GCM', false, ['encrypt', 'decrypt']) : null;
  const encrypted = async bytes => { const iv = crypto.getRandomValues(new Uint8Array(12)); return { iv, bytes: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await seal, bytes) }; };
  const decrypted = async ({ iv, bytes }) => crypto.subtle.decrypt({ name: 'AES-GCM', iv }, await seal, bytes);
  async function sealed({ blob, ...row }) {
    if (!seal) return blob ? { ...row, blob } : row;
    const pick = isOpen => Object.fromEntries(Object.entries(row).filter(([name]) => OPEN.includes(name) === isOpen));
    const words = await encrypted(new TextEncoder().encode(JSON.stringify(pick(false))));
    const picture = blob && { ...await encrypted(await blob.arrayBuffer()), type: blob.type };
    return { ...pick(true), sealed: { words, picture } };
  }
  /* null for what another key sealed: it stays where it is */
  async function unsealed({ sealed: kept, ...row }) {
    if (!kept) return row;
    try {
      const words = JSON.parse(new TextDecoder().decode(await decrypted(kept.words)));
      return { ...row, ...words, ...(kept.picture && { blob: new Blob([await decrypted(kept.picture)], { type: kept.picture.type }) }) };
    } catch { return null; }
  }

  let last = Promise.resolve(); // one after the other: sealing takes its time, and the latest one wins
  function put(name, row) {
    last = last.catch(() => {}).then(async () => {
      const ready = await sealed({ ...row, visit });
      return done((await store(name, 'readwrite')).put(ready));
    });
    return last;
  }
  const kept = async name => done((await store(name, 'readonly')).index('visit').getAll(visit));
  const all = async name => (await Promise.all((await kept(name)).map(unsealed))).filter(Boolean);
  const remove = async (name, key) => done((await store(name, 'readwrite')).delete(key));

  /* Change a row unless it was written anew meanwhile: `time` names the field that tells. */
  async function mark(name, row, time, changes) {
    const rows = await store(name, 'readwrite');
    const key = name === 'photos' ? row.id : [visit, name === 'answers' ? row.item : row.kind];
    const now = await done(rows.get(key));
    if (now && now[time] === row[time]) await done(rows.put({ ...now, ...changes }));
  }

  async function forget() {
    for (const row of await all('answers')) await remove('answers', [visit, row.item]);
    for (const row of await all('photos')) await remove('photos', row.id);
    for (const row of await all('extras')) await remove('extras', [visit, row.kind]);
  }

  const extra = async kind => (await all('extras')).find(row => row.kind === kind);
  return {
    saveAnswer: row => put('answers', row),
    savePhoto: row => put('photos', row),
    saveExtra: (kind, row) => put('extras', { ...row, kind }),
    dropExtra: kind => remove('extras', [visit, kind]),
    dropPhoto: id => remove('photos', id),
    removePhoto: photo => put('photos', { id: photo, isRemoved: true, isSent: true }),
    photos: async () => (await all('photos')).filter(row => !row.isRemoved),
    removed: async () => (await kept('photos')).filter(row => row.isRemoved),
    unsent: async name => (await kept(name)).filter(row => !row.isSent).length,
    answers: () => all('answers'), extra, mark, forget,
  };
};

/* Sends what the store holds, in the order that the server needs, one thing after the other.
   `tell(state, detail)` hears "sending", "sent", "offline", "sign-in", "gone", "kept" (refused as a whole), "refused",
   "finished". */
window.siteSender = (store, doors, tell) => {
  'use strict';
  const RETRY = 15000; // ms
  let isRunning = false, isAsked = false, timer = 0;

  class Stop extends Error {}
  async function post(url, body, isJson) {
    const token = JSON.parse(document.body.getAttribute('hx-headers') || '{}')['X-CSRFToken'] ?? '';
    const headers = { 'X-CSRFToken': token, Accept: 'application/json', ...(isJson && { 'Content-Type': 'application/json' }) };
    let answer;
    try {
      answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', credentials: 'same-origin' });
    } catch { throw new Stop('offline'); }
    if (answer.status === 404) throw new Stop('gone'); // given to somebody else: it stays on the device
    if (answer.type === 'opaqueredirect' || answer.status === 401 || answer.status === 403) throw new Stop('sign-in');
    if (answer.status === 429 || answer.status >= 500) throw new Stop('offline'); // later
    const data = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
    return { isGood: answer.ok, ...data };
  }
  const json = (url, data) => post(url, JSON.stringify(data), true);

  async function sendStart() {
    const start = await store.extra('start');
    if (!start || start.isSent) return;
    const answer = await json(doors.step, { step: 'start', at: start.at });
    await store.saveExtra('start', { ...start, isSent: true });
    if (!answer.isGood) tell('refused', answer.detail);
  }

  async function sendAnswers() {
    const rows = (await store.answers()).filter(row => !row.isSent);
    for (let at = 0; at < rows.length; at += 100) {
      const batch = rows.slice(at, at + 100);
      const sent = batch.map(({ item, value, note, answered_at }) => ({ item, value, note, answered_at }));
      const answer = await json(doors.answers, { answers: sent });
      if (!answer.isGood) { tell('refused', answer.detail); throw new Stop('kept'); } // all of it: nothing is lost
      for (const row of batch) {
        const problem = answer.refused?.[row.item];
        await store.mark('answers', row, 'answered_at', { isSent: true, problem: problem || '' });
        if (problem) tell('refused', problem, row.item);
      }
    }
  }

  async function sendPhotos() {
    for (const photo of (await store.photos()).filter(row => !row.isSent)) {
      const form = new FormData();
      form.append('photo', photo.blob, 'photo.jpg');
      form.append('client_id', photo.id);
      form.append('taken_at', photo.taken_at);
      if (photo.item) form.append('item', photo.item);
      const answer = await post(doors.photos, form);
      const problem = answer.isGood ? '' : answer.detail || 'refused';
      await store.mark('photos', photo, 'taken_at', { isSent: true, problem, remove: answer.remove || '' });
      tell(answer.isGood ? 'photo' : 'refused', answer.isGood ? { id: photo.id, remove: answer.remove } : answer.detail);
    }
  }

  /* The server may have a photo whose answer was lost on the way; without it this does nothing. */
  async function sendRemoved() {
    for (const { id } of await store.removed()) {
      const form = new FormData();
      form.append('client_id', id);
      form.append('is_removed', '1');
      const answer = await post(doors.photos, form);
      await store.dropPhoto(id);
      if (!answer.isGood) tell('refused', answer.detail);
    }
  }

  async function sendSignature() {
    const signature = await store.extra('signature');
    if (!signature || signature.isSent) return;
    const form = new FormData();
    if (signature.blob) form.append('signature', signature.blob, 'signature.png');
    for (const name of ['signed_by', 'missing_reason', 'signed_at']) form.append(name, signature[name] || '');
    const answer = await post(doors.signature, form);
    await store.mark('extras', signature, 'signed_at', { isSent: true });
    if (!answer.isGood) tell('refused', answer.detail);
  }

  async function sendFinish() {
    const finish = await store.extra('finish');
    if (!finish) return false;
    const { outcome, note, at, started_at } = finish;
    const answer = await json(doors.step, { step: 'finish', outcome, note, at, started_at });
    if (!answer.isGood) { await store.dropExtra('finish'); tell('refused', answer.detail); return false; }
    await store.forget();
    tell('finished', answer.url);
    return true;
  }

  async function waiting() {
    const [answers, photos, removed, signature, start, finish] = await Promise.all(
      [store.unsent('answers'), store.unsent('photos'), store.removed(), ...['signature', 'start', 'finish'].map(store.extra)]);
    const extras = [signature, start].filter(row => row && !row.isSent).length + removed.length + (finish ? 1 : 0);
    return { answers, photos, extras, isFinished: Boolean(finish) };
  }

  async function run() {
    if (isRunning) { isAsked = true; return; }
    isRunning = true;
    clearTimeout(timer);
    try {
      do {
        isAsked = false;
        const left = await waiting();
        if (!(left.answers + left.photos + left.extras)) break;
        tell('sending', left);
        await sendStart(); await sendAnswers(); await sendPhotos(); await sendRemoved(); await sendSignature();
        if (await sendFinish()) return;
      } while (isAsked);
      tell('sent', await waiting());
    } catch (error) {
      const state = error instanceof Stop ? error.message : 'offline';
      tell(state, await waiting());
      if (!['gone', 'kept'].includes(state)) timer = setTimeout(run, RETRY);
    } finally { isRunning = false; }
  }

  addEventListener('online', run);
  addEventListener('offline', async () => tell('offline', await waiting()));
  /* Take a photo away that the server has; without a connection it stays. */
  async function removePhoto(id, url) {
    try { await post(url, new FormData()); } catch (error) {
      if (error.message !== 'gone') { tell('offline', await waiting()); return false; } // gone already is gone
    }
    await store.dropPhoto(id);
    return true;
  }

  return { run, waiting, removePhoto };
};
