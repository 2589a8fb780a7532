/* Joined by scripts/bundle.sh: edit the parts, not this file. */
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
document.querySelectorAll('.set > nav [aria-current], .report-nav [aria-current]').forEach(link => {
link.scrollIntoView({ block: 'nearest', inline: 'center' });
});
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const unfold = root => all('template[data-fold]', root).forEach(fold => {
fold.replaceWith(fold.content);
window.htmx?.process(root);
});
document.addEventListener('show.bs.dropdown', event => unfold(event.target.parentElement));
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
(() => {
'use strict';
const heard = new WeakSet();
function tell(event) {
const answer = event.target, header = heard.has(answer) ? '' : answer.getResponseHeader('HX-Trigger');
if (!header) return;
let told;
try { told = JSON.parse(header); } catch { return; }
Object.entries(told).forEach(([name, detail]) => htmx.trigger(document.body, name, detail instanceof Object ? detail : { value: detail }));
}
document.addEventListener('htmx:beforeSend', event => event.detail.xhr.addEventListener('loadend', tell));
document.addEventListener('htmx:beforeOnLoad', event => heard.add(event.detail.xhr)); // gets here only from inside the page
})();
(() => {
'use strict';
const LIFE = 8000; // ms
const host = document.getElementById('toasts');
if (!host) return;
function keepAlive(toast) {
let left = LIFE, since = 0, timer = 0;
const run = () => { since = Date.now(); timer = setTimeout(() => toast.remove(), left); };
const pause = () => { clearTimeout(timer); left = Math.max(1000, left - (Date.now() - since)); };
toast.dataset.timed = '';
for (const name of ['mouseenter', 'focusin']) toast.addEventListener(name, pause);
for (const name of ['mouseleave', 'focusout']) toast.addEventListener(name, run);
run();
}
const adopt = () => crm.all('.toastx:not([data-timed])', host).forEach(keepAlive);
function undoButton(url) {
const button = document.createElement('button');
button.type = 'button';
button.dataset.undo = url;
button.textContent = crm.words.undo;
return button;
}
function show({ text, sub, kind = 'ok', undo, icon }) {
const toast = document.createElement('div'), body = document.createElement('span');
toast.className = kind === 'bad' ? 'toastx bad' : 'toastx';
body.className = 'grow';
body.textContent = text;
if (sub) body.append(Object.assign(document.createElement('small'), { textContent: sub }));
toast.append(crm.icon(icon || (kind === 'bad' ? 'alert-circle' : 'circle-check')), body);
if (undo) toast.append(undoButton(undo));
host.append(toast);
adopt();
}
const asDetail = detail => (typeof detail === 'string' ? { text: detail } : detail?.text ? detail : { text: detail?.value });
document.addEventListener('toast', event => show(asDetail(event.detail)));
document.addEventListener('htmx:load', adopt);
adopt();
host.addEventListener('click', event => {
const button = event.target.closest('[data-undo]');
if (!button) return;
button.closest('.toastx').remove();
htmx.ajax('POST', button.dataset.undo, { source: document.body, swap: 'none' })
.then(() => crm.announce(crm.words.undone));
});
const failure = status => ({
403: crm.words.forbidden, 404: crm.words.gone, 409: crm.words.conflict, 413: crm.words.tooLarge, 429: crm.words.tooMany,
}[status] || crm.words.failed);
document.addEventListener('htmx:responseError', event => {
const answer = event.detail.xhr;
if ((answer.getResponseHeader('HX-Trigger') || '').includes('"toast"')) return;
show({ kind: 'bad', text: failure(answer.status) });
});
for (const name of ['htmx:sendError', 'htmx:timeout']) {
document.addEventListener(name, () => show({ kind: 'bad', icon: 'wifi-off', text: crm.words.offline }));
}
})();
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
(() => {
'use strict';
const CHORD = 900; // ms between the two keys of a pair
let first = '', pressedAt = 0, place = ''; // the current row by its link: rows are drawn anew
const letter = code => (code.startsWith('Key') ? code.slice(3).toLowerCase() : '');
const follow = selector => { const link = document.querySelector(selector); link?.click(); return Boolean(link); };
const rows = () => crm.all('[data-row]').filter(crm.isShown);
const linkOf = row => (row.matches('a') ? row : row.querySelector('a'));
const current = () => rows().findIndex(row => row.classList.contains('is-cur'));
function moveTo(step) {
const list = rows(), from = current();
const row = list[Math.min(Math.max(from + step, 0), list.length - 1)];
if (!row) return;
list[from]?.classList.remove('is-cur');
row.classList.add('is-cur');
linkOf(row)?.focus();
place = linkOf(row)?.href || '';
row.scrollIntoView({ block: 'nearest' });
}
function findPlace() {
const row = place && current() < 0 && rows().find(one => linkOf(one)?.href === place);
if (!row) return;
row.classList.add('is-cur');
if (document.activeElement === document.body) linkOf(row).focus({ preventScroll: true });
}
function showKeys() {
const dialog = document.getElementById('shortcuts');
if (!dialog) return;
if (dialog.querySelector('template[data-fold]')) {
crm.unfold(dialog);
dialog.querySelector('[data-pages]').after(...crm.pages().filter(page => page.key)
.flatMap(page => [crm.make('dt', '', page.label), crm.keysOf('dd', 'g', page.key)]));
}
dialog.showModal();
}
function search() {
const field = crm.all('.find input').find(crm.isShown);
if (field) field.focus(); else follow('[data-palette]');
}
const single = {
j: () => moveTo(1),
k: () => moveTo(-1),
x: () => rows()[current()]?.querySelector('[data-row-check]')?.click(),
};
function press(key) {
const pressed = new CustomEvent('key-pressed', { detail: { key }, cancelable: true });
if (document.dispatchEvent(pressed)) follow(`[data-key="${key}"]`);
}
document.addEventListener('keydown', event => {
if (document.body.dataset.keys === 'off' || event.ctrlKey || event.metaKey || event.altKey) return;
if (crm.isField(event.target) || crm.isDialogOpen()) return;
if (event.code === 'Slash') {
event.preventDefault();
if (event.shiftKey) showKeys(); else search();
return;
}
const key = letter(event.code);
if (!key || event.shiftKey) return;
const paired = Date.now() - pressedAt < CHORD ? first : '';
first = '';
if (paired && follow(`[data-${paired === 'g' ? 'go' : 'new'}="${key}"]`)) return event.preventDefault();
if (key === 'g' || key === 'n') { first = key; pressedAt = Date.now(); return; }
if (single[key]) { event.preventDefault(); single[key](); } else press(key);
});
document.addEventListener('htmx:afterSettle', findPlace);
document.addEventListener('click', event => {
if (event.target.closest('[data-shortcuts]')) showKeys();
if (event.target.closest('[data-close-dialog]')) event.target.closest('dialog')?.close();
});
})();
(() => {
'use strict';
const chosen = new Set();
let everything = false, last = null;
const boxes = () => crm.all('[data-row-check]');
const shown = () => boxes().filter(crm.isShown);
function showCount(bar, count) {
if (count) crm.unfold(bar);
bar.hidden = count === 0;
const words = everything ? bar.dataset.allChosen : crm.words.selected.replace('{n}', new Intl.NumberFormat('en-US').format(count));
bar.querySelector('.cnt').textContent = words;
if (bar.elements?.ids) bar.elements.ids.value = [...chosen].join(',');
if (bar.elements?.scope) bar.elements.scope.value = everything ? 'all' : 'ids';
if (count) crm.announce(words);
}
function sync() {
if (everything) set(boxes(), true); // rows that came since: they are among all
boxes().forEach(box => {
box.checked = chosen.has(box.value);
box.closest('[data-row]')?.classList.toggle('is-sel', box.checked);
});
const list = shown(), count = list.filter(box => box.checked).length;
const head = document.querySelector('[data-check-all]'), bar = document.getElementById('bulk');
if (head) {
head.checked = count > 0 && count === list.length;
head.indeterminate = count > 0 && count < list.length;
}
if (bar) showCount(bar, chosen.size);
}
const set = (list, on) => list.forEach(box => (on ? chosen.add(box.value) : chosen.delete(box.value)));
function choose(box, isRange) {
const list = shown();
const [from, to] = [list.indexOf(last), list.indexOf(box)].sort((a, b) => a - b);
set(isRange && from >= 0 ? list.slice(from, to + 1) : [box], box.checked);
last = box;
everything = false;
}
const clear = () => { chosen.clear(); everything = false; last = null; sync(); };
document.addEventListener('click', event => {
const box = event.target.closest('[data-row-check]');
if (box) choose(box, event.shiftKey);
else if (event.target.closest('[data-check-all]')) { set(shown(), event.target.checked); everything = false; }
else if (event.target.closest('[data-bulk-everything]')) everything = true;
else if (event.target.closest('[data-bulk-clear]')) return clear();
else return undefined;
return sync();
});
document.addEventListener('htmx:afterSettle', () => { if (boxes().length || chosen.size) sync(); });
document.addEventListener('bulk-done', clear); // the server's HX-Trigger after a bulk action
document.addEventListener('filters-changed', clear);
})();
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
(() => {
'use strict';
const hosts = { 'modal-content': 'Modal', 'panel-content': 'Offcanvas' };
const instance = content => bootstrap[hosts[content.id]].getOrCreateInstance(content.closest('.modal, .offcanvas'));
const FIELDS = ':is(input:not([type=hidden], [type=file]), select, textarea):not(:disabled)';
const focusFirst = host => {
const content = host.querySelector('#modal-content, #panel-content') || host;
const wanted = content.querySelector('[autofocus], [aria-invalid=true]');
(wanted || (matchMedia('(pointer: fine)').matches && crm.all(FIELDS, content).find(crm.isShown)) || null)?.focus();
};
const openers = new Map(); // host → where the reader was before it opened
const goBack = host => {
const opener = openers.get(host);
const found = opener?.isConnected ? opener : opener?.id && document.getElementById(opener.id);
const place = found && crm.isShown(found) ? found : document.getElementById('main');
openers.delete(host);
if (document.activeElement === document.body) place?.focus({ preventScroll: true });
};
document.getElementById('modal')?.classList.remove('fade');
document.addEventListener('htmx:afterSwap', event => {
const content = event.detail.target;
if (!(content?.id in hosts) || !content.childElementCount) return;
const host = content.closest('.modal, .offcanvas');
if (!host.classList.contains('show')) {
openers.set(host, document.activeElement);
instance(content).show();
} else if (!content.contains(document.activeElement) || content.querySelector('[autofocus], [aria-invalid=true]')) {
focusFirst(host); // the field that is being written in keeps the focus
}
});
document.addEventListener('hide.bs.dropdown', ({ target }) => {
const menu = target.parentElement.querySelector('.dropdown-menu.show');
if (!menu?.contains(document.activeElement)) return;
setTimeout(() => {
const place = document.activeElement;
if (place === document.body || menu.contains(place)) target.focus({ preventScroll: true });
});
});
document.addEventListener('close-dialog', () => Object.keys(hosts).forEach(id => {
const content = document.getElementById(id);
if (content) instance(content).hide();
}));
for (const name of ['hidden.bs.modal', 'hidden.bs.offcanvas']) {
document.addEventListener(name, event => setTimeout(() => {
if (event.target.classList.contains('show')) return;
event.target.querySelector('#modal-content, #panel-content')?.replaceChildren();
goBack(event.target);
}));
}
for (const name of ['shown.bs.modal', 'shown.bs.offcanvas']) {
document.addEventListener(name, event => focusFirst(event.target));
}
function ask(question, go) {
const dialog = document.getElementById('ask');
dialog.querySelector('[data-question]').textContent = question;
dialog.addEventListener('close', () => { if (dialog.returnValue === 'yes') go(); }, { once: true });
dialog.returnValue = '';
dialog.showModal();
}
document.addEventListener('htmx:confirm', event => {
if (!event.detail.question) return;
event.preventDefault();
ask(event.detail.question, () => event.detail.issueRequest(true));
});
document.addEventListener('submit', event => {
const form = event.target, question = form.dataset.confirm;
if (!question || form.dataset.confirmed) return;
event.preventDefault();
event.stopImmediatePropagation(); // forms.js must not lock a form that is not sent yet
ask(question, () => { form.dataset.confirmed = 'yes'; form.requestSubmit(); });
});
const tooltips = root => crm.all('[data-bs-toggle=tooltip]', root).forEach(mark => bootstrap.Tooltip.getOrCreateInstance(mark));
document.addEventListener('htmx:load', event => tooltips(event.target));
document.addEventListener('htmx:beforeCleanupElement', event => bootstrap.Tooltip.getInstance(event.target)?.dispose());
})();
(() => {
'use strict';
const drawer = document.getElementById('notifications');
if (!drawer) return;
drawer.addEventListener('show.bs.offcanvas', () => htmx.trigger(drawer.querySelector('[data-drawer]'), 'drawer-opened'));
})();
(() => {
'use strict';
const root = document.documentElement;
let running = 0;
const busy = change => { running = Math.max(0, running + change); root.classList.toggle('htmx-busy', running > 0); };
function lock(form, isLocked) {
form.setAttribute('aria-busy', String(isLocked));
crm.all('button[type=submit], button:not([type])', form).forEach(button => {
if (isLocked && button.disabled) return;
button.disabled = isLocked;
if (!button.dataset.saving) return;
if (isLocked) { button.dataset.label = button.textContent; button.textContent = button.dataset.saving; }
else if (button.dataset.label) { button.textContent = button.dataset.label; delete button.dataset.label; }
});
}
const isSaving = event => event.detail.elt?.matches?.('form') && event.detail.requestConfig.verb !== 'get';
document.addEventListener('htmx:beforeSend', event => {
busy(1);
event.detail.xhr.addEventListener('loadend', () => busy(-1)); // also when the element that asked is gone by then
if (isSaving(event)) lock(event.detail.elt, true);
});
document.addEventListener('htmx:afterRequest', event => {
if (isSaving(event) && event.detail.elt.isConnected) lock(event.detail.elt, false);
});
document.addEventListener('htmx:afterSettle', event => {
if (event.detail.xhr?.status !== 422) return;
const problem = event.detail.elt.querySelector?.('[aria-invalid=true], .form-errors');
problem?.focus();
});
document.querySelector('main form [aria-invalid=true]')?.focus();
document.addEventListener('submit', event => {
const form = event.target;
if (event.defaultPrevented || form.method !== 'post' || form.matches('[hx-post], [hx-put], [hx-patch], [hx-delete]')) return;
setTimeout(() => lock(form, true)); // after the browser has read the pressed button's value
});
addEventListener('pageshow', event => { if (event.persisted) crm.all('form[aria-busy=true]').forEach(form => lock(form, false)); });
function nameFiles(field) {
const place = field.closest('.file-box, .drop')?.querySelector('[data-file-name]');
if (!place) return;
place.dataset.fileName ||= place.textContent; // what it says while nothing is chosen
place.textContent = [...field.files].map(file => file.name).join(', ') || place.dataset.fileName;
}
document.addEventListener('keydown', event => {
if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target.matches('textarea')) event.target.form?.requestSubmit();
});
document.addEventListener('change', event => {
if (event.target.matches('.file-in')) nameFiles(event.target);
});
document.addEventListener('click', event => {
const eye = event.target.closest('[data-eye]');
if (!eye) return;
const field = document.getElementById(eye.dataset.eye);
const isHidden = field.type === 'password';
field.type = isHidden ? 'text' : 'password';
eye.setAttribute('aria-pressed', String(isHidden));
});
})();
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
