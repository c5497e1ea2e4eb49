import { escapeHtml } from '../text/html';

/** One line of the chart. */
interface Series {
  name: string;
  /** A class of the page's style. */
  style: string;
  /** ms. */
  values: readonly number[];
}

const WIDTH = 760;
const HEIGHT = 330;
const [LEFT, RIGHT, TOP, BOTTOM] = [56, 40, 40, 44];
/** Below this, times are noise of the clock, ms. */
const LEAST_MS = 0.1;

/** @returns which share of the searches was answered within which time, as steps on a logarithmic scale: an SVG. */
export function timesChart(series: readonly Series[]): string {
  const all = series.flatMap(({ values }) => values);
  const from = Math.floor(Math.log10(Math.max(LEAST_MS, Math.min(...all))));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(LEAST_MS, ...all))));
  const x = (ms: number) => LEFT + ((Math.log10(Math.max(LEAST_MS, ms)) - from) / (to - from)) * (WIDTH - LEFT - RIGHT);
  const y = (share: number) => HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
  const decades = Array.from({ length: to - from + 1 }, (_, i) => 10 ** (from + i));
  const verticals = decades.map(
    (ms) =>
      `<line class="grid" x1="${px(x(ms))}" x2="${px(x(ms))}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/>` +
      `<text x="${px(x(ms))}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">` +
      `${ms < 1 ? ms.toFixed(1) : ms} ms</text>`,
  );
  const horizontals = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${px(y(share))}" y2="${px(y(share))}"/>` +
      `<text x="${LEFT - 8}" y="${px(y(share) + 5)}" text-anchor="end">${share * 100} %</text>`,
  );
  const lines = series.map(({ style, values }) => `<path class="${escapeHtml(style)}" d="${steps(values, x, y)}"/>`);
  const legend = series.map(({ name, style }, i) => {
    const at = LEFT + i * 220;
    const sample = `<line class="${escapeHtml(style)}" x1="${at}" x2="${at + 24}" y1="18" y2="18"/>`;
    return `${sample}<text x="${at + 32}" y="23">${escapeHtml(name)}</text>`;
  });
  const label = 'Share of the searches that were answered within a time, original and this API';
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">`,
    ...legend,
    ...verticals,
    ...horizontals,
    ...lines,
    '</svg>',
  ].join('\n');
}

/** More steps than pixels are seen by nobody. */
const MOST_STEPS = 500;

function steps(values: readonly number[], x: (ms: number) => number, y: (share: number) => number): string {
  const sorted = [...values].sort((a, b) => a - b);
  const every = Math.max(1, Math.ceil(sorted.length / MOST_STEPS));
  const kept = sorted
    .map((ms, i) => [ms, (i + 1) / sorted.length] as const)
    .filter((_, i) => i % every === 0 || i === sorted.length - 1);
  const [first = 0] = sorted;
  return `M${px(x(first))},${px(y(0))}${kept.map(([ms, share]) => `H${px(x(ms))}V${px(y(share))}`).join('')}`;
}

const px = (value: number): string => value.toFixed(1);
