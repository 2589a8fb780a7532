/* Chart.js with our tokens, on chart pages only. Time runs left to right in both languages and the value
   axis sits at the reading edge; the tooltip is HTML, because canvas text has no bidi.
   <canvas data-chart="id"> reads <script type="application/json" id="id">:
   {"data": {"labels", "datasets": [{"label", "data", "c": "--c1", "type": "line", "dash": true}]},
    "stacked", "unit", "thick", "mul"}. */
(() => {
  'use strict';
  const root = document.documentElement;
  const isArabic = root.lang === 'ar';
  const numbers = new Intl.NumberFormat('en-US');
  const token = name => getComputedStyle(root).getPropertyValue(name).trim();

  function tooltipRow(point, factor) {
    const row = document.createElement('div'), key = document.createElement('i');
    const label = document.createElement('span'), value = document.createElement('bdi');
    key.style.background = point.dataset.type === 'line' ? point.dataset.borderColor : point.dataset.backgroundColor;
    label.textContent = point.dataset.label;
    value.dir = 'ltr';
    value.textContent = numbers.format(point.raw * factor);
    row.append(key, label, value);
    return row;
  }

  function tooltip({ chart, tooltip: state }) {
    const box = chart.canvas.parentNode;
    let tip = box.querySelector('.ctip');
    if (!tip) { tip = Object.assign(document.createElement('div'), { className: 'ctip', dir: root.dir }); box.append(tip); }
    tip.style.opacity = state.opacity ? 1 : 0;
    if (!state.opacity) return;
    const title = Object.assign(document.createElement('b'), { textContent: state.title[0] || '' });
    tip.replaceChildren(title, ...state.dataPoints.map(point => tooltipRow(point, chart.factor)));
    tip.style.left = `${Math.min(Math.max(state.caretX - 90, 0), box.clientWidth - 190)}px`;
    tip.style.top = `${Math.max(state.caretY - tip.offsetHeight - 12, 0)}px`;
  }

  function dress(series, settings) {
    const colour = token(series.c);
    Object.assign(series, { backgroundColor: colour, borderColor: colour });
    if (series.type === 'line') {
      Object.assign(series, { pointRadius: 0, pointHoverRadius: 4, borderWidth: 2, tension: .25, borderDash: series.dash ? [5, 4] : [] });
    } else {
      Object.assign(series, { borderRadius: 3, borderSkipped: 'start', maxBarThickness: settings.thick || 18, categoryPercentage: .78, barPercentage: .92 });
    }
  }

  const scales = settings => ({
    x: { stacked: !!settings.stacked, grid: { display: false }, border: { color: token('--line-2') }, ticks: { maxRotation: 0, autoSkipPadding: 14 } },
    y: {
      stacked: !!settings.stacked, position: isArabic ? 'right' : 'left', grid: { color: token('--c-grid') }, border: { display: false },
      ticks: { maxTicksLimit: 6, callback: value => (value === 0 ? '0' : numbers.format(value) + (settings.unit || '')) },
    },
  });

  function draw(canvas) {
    const settings = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
    Chart.getChart(canvas)?.destroy();
    settings.data.datasets.forEach(series => dress(series, settings));
    const chart = new Chart(canvas, {
      type: 'bar', data: settings.data,
      options: {
        responsive: true, maintainAspectRatio: false, interaction: { mode: 'index', intersect: false }, scales: scales(settings),
        plugins: { legend: { display: false }, tooltip: { enabled: false, external: tooltip } },
      },
    });
    chart.factor = settings.mul || 1;
  }

  function drawAll() {
    Object.assign(Chart.defaults, { color: token('--ink-3'), animation: false });
    Object.assign(Chart.defaults.font, { family: token('--bs-font-sans-serif') || 'sans-serif', size: 12 });
    crm.all('canvas[data-chart]').forEach(draw);
  }
  document.fonts.ready.then(drawAll);
  document.addEventListener('crm:theme', drawAll);
  document.addEventListener('htmx:afterSettle', event => { if (event.target.querySelector?.('canvas[data-chart]')) drawAll(); });
})();
