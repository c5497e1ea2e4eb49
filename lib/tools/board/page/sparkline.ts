import { svg } from './dom';

const [WIDTH, HEIGHT] = [120, 32];

/** Fewer values are no line. */
const FEWEST = 12;

/** A line of the last hour with its target, where that lies in view. */
export function sparkline(hour: readonly (number | null)[], target: number): SVGElement {
  // A system that is young has no line for the time before it.
  const first = hour.findIndex((value) => value !== null);
  const series = first < 0 ? hour : hour.slice(Math.min(first, Math.max(0, hour.length - FEWEST)));
  const known = series.filter((value) => value !== null);
  const [low, high] = [Math.min(...known, target), Math.max(...known, target)];
  const far = known.length > 0 && (high - low) / (Math.max(...known) - Math.min(...known) || 1) > 8;
  const [from, to] = far ? [Math.min(...known), Math.max(...known)] : [low, high];
  const y = (value: number) => HEIGHT - 3 - ((value - from) / (to - from || 1)) * (HEIGHT - 6);
  const x = (i: number) => (i / Math.max(1, series.length - 1)) * WIDTH;
  const line = (value: number) => ({ x1: 0, x2: WIDTH, y1: y(value), y2: y(value), class: 'target' });
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', class: 'spark', 'aria-hidden': 'true' },
    ...(far ? [] : [svg('line', line(target))]),
    ...pieces(series).map((piece) =>
      svg('polyline', { points: piece.map(({ i, value }) => `${x(i)},${y(value)}`).join(' '), class: 'value' }),
    ),
  );
}

/** Where there are no data there is no line; a value alone is a short one. */
function pieces(series: readonly (number | null)[]): { i: number; value: number }[][] {
  const found: { i: number; value: number }[][] = [];
  let piece: { i: number; value: number }[] = [];
  series.forEach((value, i) => {
    if (value !== null) {
      if (piece.length === 0) found.push(piece);
      piece.push({ i, value });
    } else piece = [];
  });
  return found.map((each) =>
    each.length > 1 ? each : each.flatMap((one) => [-0.4, 0.4].map((by) => ({ ...one, i: one.i + by }))),
  );
}
