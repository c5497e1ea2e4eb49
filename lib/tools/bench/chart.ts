import type { Figure } from './bench-messages';

const WIDTH = 760;
const ROW = 44;
const LEFT = 180;
const RIGHT = 170;
const TOP = 58;

/**
 * @returns the figures as horizontal bars on a logarithmic scale, an SVG of its own that reads on light and dark pages.
 */
export function chart(figures: readonly Figure[], title: string, note: string): string {
  const lowest = Math.log10(Math.min(...figures.map(({ p50us }) => p50us)) / 2);
  const highest = Math.log10(Math.max(...figures.map(({ p50us }) => p50us)));
  const length = (us: number) => ((Math.log10(us) - lowest) / (highest - lowest)) * (WIDTH - LEFT - RIGHT);
  const rows = figures.map(({ name, p50us, ratio }, i) => {
    const y = TOP + i * ROW;
    const end = LEFT + length(p50us);
    const width = length(p50us).toFixed(1);
    const colour = name === 'original' ? '#b45309' : '#2563eb';
    return `  <text x="${LEFT - 12}" y="${y + 19}" text-anchor="end">${name}</text>
  <rect x="${LEFT}" y="${y}" width="${width}" height="28" rx="3" fill="${colour}"/>
  <text x="${(end + 10).toFixed(1)}" y="${y + 19}">${milliseconds(p50us)} (${ratio.toLocaleString('en-US')} ×)</text>`;
  });
  const height = TOP + figures.length * ROW + 30;
  const size = `viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}"`;
  const font = 'font-family="system-ui, sans-serif" font-size="15"';
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${font} role="img" aria-label="${title}">
  <rect width="100%" height="100%" fill="#ffffff"/>
  <text x="16" y="30" font-size="17" font-weight="600">${title}</text>
${rows.join('\n')}
  <text x="16" y="${height - 12}" font-size="12" fill="#6b7280">${note}</text>
</svg>
`;
}

function milliseconds(us: number): string {
  const ms = us / 1_000;
  return `${ms < 10 ? ms.toFixed(2) : ms.toFixed(0)} ms`;
}
