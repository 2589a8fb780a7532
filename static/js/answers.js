/* What an answer tells the page (HX-Trigger) is heard even when the element that asked has been replaced
   meanwhile: htmx fires those events on that element, and outside of the page nobody hears them. */
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
