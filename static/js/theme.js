/* Runs in <head>, before the first paint, so that nobody sees a flash of the wrong theme.
   <html data-theme> is the saved choice: light, dark or auto; data-bs-theme is what is shown. */
(() => {
  'use strict';
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const show = () => {
    const choice = root.dataset.theme || 'auto';
    root.dataset.bsTheme = choice === 'auto' ? (dark.matches ? 'dark' : 'light') : choice;
    document.dispatchEvent(new CustomEvent('crm:theme'));
  };
  show();
  dark.addEventListener('change', show);
  document.addEventListener('crm:theme-chosen', show);
})();
