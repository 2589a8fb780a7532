/* The checklist at the site. Whatever is typed goes to the device at once and to the server when it can.
   The page is what the server knew; what the device knows later is laid over it. */
(() => {
  'use strict';
  const root = document.getElementById('site');
  if (!root) return;
  const word = (name, values = {}) => Object.entries(values).reduce(
    (text, [key, value]) => text.replace(`{${key}}`, value), root.dataset[`w${name}`] || '');
  const visit = Number(root.dataset.visit), find = selector => root.querySelector(selector);
  const lines = crm.all('.ck', root), now = () => new Date().toISOString();
  const store = siteStore(root.dataset.user, visit, root.dataset.key);
  const banner = document.getElementById('site-state');
  let problem = '';

  /* ── what the page says about sending ── */
  function say(text, detail, tone) {
    banner.hidden = false;
    banner.className = `offl ${tone}`;
    banner.querySelector('b').textContent = text;
    banner.querySelector('small').textContent = detail;
    banner.querySelector('use').setAttribute('href', `${document.body.dataset.icons}#i-${
      { wait: 'wifi-off', sent: 'circle-check', busy: 'refresh', bad: 'alert-circle' }[tone]}`);
  }
  const clock = () => new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' }).format(new Date());
  function tell(state, detail, item) {
    if (state === 'finished') { forgetPage(); location.assign(detail); return; }
    if (state === 'photo') { markPhoto(detail.id, detail.remove); return; }
    if (state === 'refused') {
      problem = detail || word('Refused');
      if (item) warn(lineOf(item), problem);
      say(word('Refused'), problem, 'bad');
      crm.announce(problem);
      return;
    }
    const waits = word('Waiting', { answers: detail.answers, photos: detail.photos });
    if (state === 'sending') say(word('Sending'), waits, 'busy');
    if (state === 'sent') { if (problem) say(word('Refused'), problem, 'bad'); else say(word('Sent'), clock(), 'sent'); }
    if (state === 'offline') {
      const isNothing = !(detail.answers + detail.photos + detail.extras);
      say(detail.isFinished ? word('Finished') : word('Saved'), isNothing ? '' : waits, 'wait');
    }
    if (state === 'sign-in') say(word('SignIn'), waits, 'bad');
    if (state === 'gone') say(word('Gone'), waits, 'bad');
  }
  const doors = { answers: root.dataset.answers, photos: root.dataset.photos, signature: root.dataset.signature, step: root.dataset.step };
  const sender = siteSender(store, doors, tell);
  let timer = 0;
  const soon = () => { clearTimeout(timer); timer = setTimeout(sender.run, 700); };

  /* ── answers ── */
  const lineOf = item => lines.find(line => line.dataset.item === String(item));
  const digits = text => text.replace(/[٠-٩]/g, sign => '٠١٢٣٤٥٦٧٨٩'.indexOf(sign)).replace(/[٫,]/g, '.').replace('−', '-').trim();
  const valueOf = line => {
    if (line.dataset.kind === 'photo') return line.querySelector('[data-photo]') ? 'photo' : '';
    const field = line.querySelector('[data-value]');
    return field ? field.value.trim() : line.querySelector('[aria-pressed=true]')?.dataset.choose || '';
  };
  function setValue(line, value, note) {
    const field = line.querySelector('[data-value]');
    if (field) field.value = value;
    crm.all('[data-choose]', line).forEach(button => button.setAttribute('aria-pressed', String(button.dataset.choose === value)));
    const remark = line.querySelector('[data-note]');
    if (remark) remark.value = note || '';
    check(line);
  }
  function warn(line, text) {
    const place = line?.querySelector('[data-warning]');
    if (place) { place.textContent = text; place.hidden = !text; }
  }
  function check(line) {
    const value = valueOf(line), note = line.querySelector('[data-note]');
    if (note) note.parentElement.hidden = value !== 'fault';
    if (line.dataset.kind !== 'number') return;
    const number = Number(digits(value)), field = line.querySelector('[data-value]');
    const isBad = value !== '' && !Number.isFinite(number);
    field.setAttribute('aria-invalid', String(isBad));
    const { low, high, included, perUnit, product } = line.dataset;
    const isOutside = (low !== undefined && number < Number(low)) || (high !== undefined && number > Number(high));
    const extra = product ? Math.max(0, number - Number(included)) * Number(perUnit) : 0;
    if (isBad) warn(line, word('Number'));
    else if (value !== '' && isOutside) warn(line, word('Range'));
    else warn(line, value !== '' && extra > 0 ? word('Extra', { n: Number(extra.toFixed(3)), product }) : '');
  }
  async function keep(line) {
    check(line);
    progress();
    const value = line.dataset.kind === 'number' ? digits(valueOf(line)) : valueOf(line);
    if (line.dataset.kind === 'number' && value !== '' && !Number.isFinite(Number(value))) return;
    const row = { item: Number(line.dataset.item), value, note: line.querySelector('[data-note]')?.value || '', answered_at: now(), isSent: false };
    problem = '';
    await store.saveAnswer(row);
    soon();
  }
  root.addEventListener('input', event => {
    if (event.target.matches('[data-value], [data-note]')) keep(event.target.closest('.ck'));
    if (event.target.matches('[data-signer], [data-missing]')) sign();
    if (event.target.matches('[data-outcome], [data-result-note]')) { store.saveExtra('draft', ending()); progress(); }
  });
  root.addEventListener('click', event => {
    const button = event.target.closest('[data-choose]');
    if (!button) return;
    const line = button.closest('.ck'), wasOn = button.getAttribute('aria-pressed') === 'true';
    crm.all('[data-choose]', line).forEach(other => other.setAttribute('aria-pressed', String(other === button && !wasOn)));
    keep(line);
  });

  /* ── photos ── */
  function markPhoto(id, removeUrl) {
    const mark = find(`[data-photo="${id}"] .up`);
    if (mark) mark.parentElement.dataset.remove = removeUrl;
    mark?.classList.add('ok');
    mark?.replaceChildren(crm.icon('check'));
  }
  function showPhoto(photo) {
    if (find(`[data-photo="${photo.id}"]`)) return;
    const frame = document.createElement('span'), mark = document.createElement('span');
    frame.className = 'ph';
    frame.dataset.photo = photo.id;
    mark.className = 'up';
    mark.append(crm.icon('clock'));
    const drop = Object.assign(document.createElement('button'), { type: 'button', className: 'drop', ariaLabel: word('Remove') });
    drop.dataset.drop = '';
    drop.append(crm.icon('x'));
    frame.append(Object.assign(document.createElement('img'), { src: URL.createObjectURL(photo.blob), alt: '' }), mark, drop);
    find(`[data-photos-of="${photo.item || ''}"]`)?.append(frame);
    if (photo.isSent && !photo.problem) markPhoto(photo.id, photo.remove);
  }
  root.addEventListener('click', async event => {
    const frame = event.target.closest('[data-drop]')?.closest('[data-photo]');
    if (!frame) return;
    const { photo, remove } = frame.dataset;
    if (remove && !await sender.removePhoto(photo, remove)) return;
    if (!remove) { await store.removePhoto(photo); soon(); } // it may have got there all the same
    frame.remove();
    progress();
  });
  const uuid = () => crypto.randomUUID?.() ?? '10000000-1000-4000-8000-100000000000'.replace(/[018]/g,
    sign => (sign ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (sign / 4)))).toString(16));
  /* A large picture is made smaller before it takes the phone's room; not where its location is wanted. */
  async function smaller(file) {
    if (root.dataset.keepsLocation || file.size < 1500000 || !self.createImageBitmap) return file;
    try {
      const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
      const ratio = Math.min(1, 1600 / Math.max(picture.width, picture.height));
      const canvas = Object.assign(document.createElement('canvas'), { width: picture.width * ratio, height: picture.height * ratio });
      canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
      return await new Promise(resolve => canvas.toBlob(blob => resolve(blob || file), 'image/jpeg', 0.85));
    } catch { return file; }
  }
  root.addEventListener('change', async event => {
    if (!event.target.matches('[data-camera]')) return;
    const item = event.target.closest('[data-photos-of]').dataset.photosOf, files = [...event.target.files];
    event.target.value = '';
    for (const file of files) {
      const photo = { id: uuid(), item: item ? Number(item) : null, blob: await smaller(file), taken_at: now(), isSent: false };
      await store.savePhoto(photo);
      showPhoto(photo);
    }
    progress();
    soon();
  });

  /* ── signature ── */
  const part = document.getElementById('part-sign');
  let drawn = null;
  async function sign() {
    const signed_by = part.querySelector('[data-signer]').value, missing_reason = part.querySelector('[data-missing]').value;
    part.dataset.signed = drawn || missing_reason.trim() || part.querySelector('img') ? 'yes' : '';
    progress();
    if (!drawn && !missing_reason.trim()) return;
    await store.saveExtra('signature', { blob: drawn, signed_by, missing_reason: drawn ? '' : missing_reason, signed_at: now(), isSent: false });
    soon();
  }
  const pen = part && sitePen(document.getElementById('site-pad'), blob => { drawn = blob; sign(); });

  /* ── progress and the end ── */
  const ending = () => ({ outcome: find('[data-outcome]:checked')?.value || '', note: find('[data-result-note]').value });
  function missing() {
    const items = lines.filter(line => line.dataset.required && !valueOf(line)).map(line => ({ label: line.dataset.label, place: line }));
    if (part && !part.dataset.signed) items.push({ label: word('Signature'), place: part });
    if (!ending().outcome) items.push({ label: word('Outcome'), place: document.getElementById('part-end') });
    return items;
  }
  function progress() {
    const done = lines.filter(valueOf).length, left = missing(), ring = document.getElementById('site-ring'), next = document.getElementById('site-next');
    ring.style.setProperty('--v', lines.length ? Math.round(100 * done / lines.length) : 100);
    ring.querySelector('bdi').textContent = `${done}/${lines.length}`;
    document.getElementById('site-left').textContent = left.length ? word('Left', { n: left.length }) : word('NoneLeft');
    next.hidden = !left.length;
    if (left.length) { next.textContent = word('Next', { item: left[0].label }); next.href = `#${left[0].place.id}`; }
    crm.all('.rooms [data-part]', root).forEach(chip => {
      const own = lines.filter(line => line.parentElement.id === chip.dataset.part), ready = own.filter(valueOf).length;
      chip.querySelector('bdi').textContent = `${ready}/${own.length}`;
      chip.classList.toggle('is-done', ready === own.length);
    });
  }
  function hasBegun() {
    document.getElementById('site-begin')?.remove();
    document.getElementById('site-finish').hidden = false;
  }
  async function begin() {
    if (root.dataset.status === 'in_progress' || await store.extra('start')) return;
    await store.saveExtra('start', { at: now(), isSent: false });
    hasBegun();
    sender.run();
  }
  document.getElementById('site-begin')?.addEventListener('click', begin);
  document.getElementById('site-finish').addEventListener('click', async () => {
    const left = missing();
    if (left.length) {
      left[0].place.scrollIntoView({ block: 'center' });
      left[0].place.querySelector('input, button, select, textarea, canvas')?.focus({ preventScroll: true });
      crm.announce(word('Next', { item: left[0].label }));
      return;
    }
    problem = '';
    const start = await store.extra('start');
    await store.saveExtra('finish', { ...ending(), at: now(), started_at: start?.at || null });
    sender.run();
  });

  /* ── what the device knows, over what the server knew ── */
  async function restore() {
    for (const row of await store.answers()) {
      const line = lineOf(row.item), known = line?.dataset.answered;
      if (line && !row.problem && (!known || Date.parse(known) < Date.parse(row.answered_at))) setValue(line, row.value, row.note);
    }
    (await store.photos()).forEach(showPhoto);
    (await store.removed()).forEach(photo => find(`[data-photo="${photo.id}"]`)?.remove());
    const [draft, signature, start] = await Promise.all(['draft', 'signature', 'start'].map(store.extra));
    if (draft) {
      const choice = draft.outcome && find(`[data-outcome][value="${draft.outcome}"]`);
      if (choice) choice.checked = true;
      find('[data-result-note]').value = draft.note;
    }
    if (signature && part) {
      part.dataset.signed = 'yes';
      part.querySelector('[data-signer]').value = signature.signed_by;
      part.querySelector('[data-missing]').value = signature.missing_reason;
      if (signature.blob) { drawn = signature.blob; pen.show(drawn); }
    }
    if (start) hasBegun();
  }

  /* ── the page itself, for a reload without a connection ── */
  async function forgetPage() { navigator.serviceWorker?.controller?.postMessage({ forget: location.pathname }); }
  async function keepPage() {
    if (!navigator.serviceWorker) return; // not a secure address: the page works while it stays open
    try {
      await navigator.serviceWorker.register(root.dataset.worker, { scope: root.dataset.scope });
      const ready = await navigator.serviceWorker.ready;
      const parts = performance.getEntriesByType('resource').map(entry => new URL(entry.name))
        .filter(url => url.origin === location.origin && url.pathname.startsWith('/static/')).map(url => url.pathname + url.search);
      ready.active.postMessage({ keep: [location.pathname, ...new Set(parts)] });
    } catch { /* without it the page works while it stays open */ }
  }

  restore().finally(() => { lines.forEach(check); progress(); root.dataset.isReady = 'yes'; sender.run(); keepPage(); });
})();
