/* Deadlines: [data-due="ISO time"] counts down, 04:12 or 1:05:00; a missed one counts up, red. */
(() => {
  'use strict';
  if (crm.deadlines) return; // coming back through the history runs the page's scripts again
  crm.deadlines = true;
  const NEAR = 600, TWO_DAYS = 172800; // seconds
  const two = number => String(number).padStart(2, '0');

  function clock(seconds) {
    const whole = Math.abs(Math.trunc(seconds));
    if (whole >= TWO_DAYS) return `${Math.trunc(whole / 86400)}d`;
    const hours = Math.trunc(whole / 3600), rest = `${two(Math.trunc(whole % 3600 / 60))}:${two(whole % 60)}`;
    return hours ? `${hours}:${rest}` : rest;
  }

  function tick() {
    crm.all('[data-due]').forEach(mark => {
      const left = (Date.parse(mark.dataset.due) - Date.now()) / 1000;
      const text = mark.firstElementChild ?? mark.appendChild(document.createElement('bdi'));
      text.dir = 'ltr';
      text.className = 'num';
      text.textContent = (left < 0 ? '\u2212' : '') + clock(left);
      mark.classList.toggle('t-bad', left < 0);
      mark.classList.toggle('t-warn', left >= 0 && left < NEAR);
    });
  }
  document.addEventListener('htmx:load', tick);
  setInterval(tick, 1000);
})();
