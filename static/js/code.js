/* One-time code: one real input over six boxes, so paste and autofill work; Arabic digits are accepted;
   the form is sent when the sixth digit is in. A password that is asked for as well comes first. */
(() => {
  'use strict';
  const field = document.querySelector('.otp input');
  if (!field) return;
  const LENGTH = 6;
  const password = field.form.querySelector('input[type=password]');
  const boxes = [...document.querySelectorAll('.otp .bx i')];
  const digits = text => text
    .replace(/[٠-٩]/g, digit => '٠١٢٣٤٥٦٧٨٩'.indexOf(digit))
    .replace(/[۰-۹]/g, digit => '۰۱۲۳۴۵۶۷۸۹'.indexOf(digit))
    .replace(/\D/g, '').slice(0, LENGTH);

  function draw() {
    field.value = digits(field.value);
    boxes.forEach((box, index) => box.classList.toggle('cur', index === Math.min(field.value.length, LENGTH - 1)));
  }
  field.addEventListener('input', () => {
    draw();
    if (field.value.length === LENGTH && password?.value !== '') field.form.requestSubmit();
  });
  draw();
  (password ?? field).focus();
})();
