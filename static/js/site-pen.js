/* A field to sign in with a finger, a pen or a mouse: dark ink on white, whatever the theme.
   `signed(blob)` hears the picture after every stroke, null after clearing. */
window.sitePen = (pad, signed) => {
  'use strict';
  const canvas = pad.querySelector('canvas'), ink = canvas.getContext('2d');
  const scale = Math.max(1, Math.min(3, devicePixelRatio || 1));
  let isDown = false;

  function size() {
    const box = pad.getBoundingClientRect();
    canvas.width = Math.round(box.width * scale);
    canvas.height = Math.round(box.height * scale);
    ink.scale(scale, scale);
    Object.assign(ink, { lineWidth: 2.4, lineCap: 'round', lineJoin: 'round', strokeStyle: '#16202b' });
  }
  const point = event => { const box = canvas.getBoundingClientRect(); return [event.clientX - box.left, event.clientY - box.top]; };

  canvas.addEventListener('pointerdown', event => {
    pad.querySelector('img')?.remove(); // what was signed before is signed anew
    if (!canvas.width || !pad.classList.contains('has-ink')) size();
    canvas.setPointerCapture(event.pointerId);
    isDown = true;
    pad.classList.add('has-ink');
    ink.beginPath();
    ink.moveTo(...point(event));
    event.preventDefault();
  });
  canvas.addEventListener('pointermove', event => {
    if (!isDown) return;
    ink.lineTo(...point(event));
    ink.stroke();
  });
  const up = () => {
    if (!isDown) return;
    isDown = false;
    canvas.toBlob(blob => signed(blob), 'image/png');
  };
  canvas.addEventListener('pointerup', up);
  canvas.addEventListener('pointercancel', up);
  pad.querySelector('[data-clear]').addEventListener('click', () => {
    pad.querySelector('img')?.remove();
    pad.classList.remove('has-ink');
    size();
    signed(null);
  });

  /* Show a picture that was kept on the device. */
  const show = blob => {
    pad.querySelector('img')?.remove();
    const image = Object.assign(document.createElement('img'), { src: URL.createObjectURL(blob), alt: '' });
    pad.prepend(image);
  };
  return { show };
};
