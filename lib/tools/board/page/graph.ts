import uPlot, { type AlignedData, type Axis, type Options, type Series } from 'uplot';
import type { Widget } from '../shown';
import { el } from './dom';
import { short, time } from './format';
import { colorOf, ink, onColors } from './palette';

/** What has lines. */
export type LinedWidget = Extract<Widget, { kind: 'graph' | 'number' | 'table' }>;

/**
 * A graph of the dashboard, drawn as CloudWatch would: lines or areas, a threshold where an alarm has one, the newest
 * values.
 */
export class Graph {
  readonly element: HTMLElement;
  private readonly plot = el('div', { class: 'plot', 'aria-hidden': 'true' });
  private readonly legend = el('ul', { class: 'legend' });
  private drawn: uPlot | undefined;
  private values: (number | null)[][] = [];
  private times: number[] = [];

  constructor(private readonly widget: LinedWidget) {
    this.element = el(
      'figure',
      { class: 'graph card' },
      el('figcaption', {}, widget.title),
      this.plot,
      el('p', { class: 'none quiet' }, widget.silence),
      this.legend,
    );
    new ResizeObserver(() => this.drawn?.setSize(this.size())).observe(this.plot);
    onColors(() => this.draw());
  }

  /** @param end of the last period, ms. @param period ms */
  show(values: (number | null)[][], end: number, period: number): void {
    const count = values[0]?.length ?? 0;
    this.values = values;
    const empty = values.every((line) => line.every((value) => value === null));
    this.element.classList.toggle('empty', empty);
    this.times = Array.from({ length: count }, (_, i) => (end - (count - i) * period) / 1_000);
    if (this.drawn === undefined) this.draw();
    else this.drawn.setData(this.data());
    this.showLegend(count - 1);
  }

  private draw(): void {
    if (this.values.length === 0) return;
    this.drawn?.destroy();
    this.drawn = new uPlot(this.options(), this.data(), this.plot);
  }

  /** Areas are stacked by hand: the sum of all that lie below, the highest drawn first. */
  private data(): AlignedData {
    const { stacked } = this.widget;
    if (!stacked) return [this.times, ...this.values];
    const sums: (number | null)[][] = [];
    for (const values of this.values) sums.push(values.map((value, i) => (value ?? 0) + (sums.at(-1)?.[i] ?? 0)));
    return [this.times, ...sums.reverse()];
  }

  private size() {
    return { width: Math.max(200, this.plot.clientWidth), height: this.plot.clientHeight };
  }

  private options(): Options {
    const { stacked, lines, thresholds } = this.widget;
    const { text, grid } = ink();
    const font = '12px system-ui, sans-serif';
    const axis: Axis = { stroke: text, font, grid: { stroke: grid, width: 1 }, ticks: { show: false } };
    const colored = lines.map(({ label }, i): Series => {
      const color = colorOf(label, i);
      const points = { show: this.values[i]?.filter((value) => value !== null).length === 1 };
      return { stroke: color, width: stacked ? 1 : 2, points, spanGaps: false, ...(stacked ? { fill: color } : {}) };
    });
    return {
      ...this.size(),
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { show: !stacked } },
      // Half of the newest time stands beyond the last value.
      padding: [8, 20, 0, 0],
      axes: [
        { ...axis, values: (_, ticks) => ticks.map((tick) => time(tick * 1_000)), space: 64 },
        { ...axis, values: (_, ticks) => ticks.map(short), size: 48 },
      ],
      scales: { y: { range: (_, __, high) => [0, this.top(high)] } },
      series: [{}, ...(stacked ? colored.reverse() : colored)],
      hooks: {
        draw: [(plot) => thresholds.forEach((each) => threshold(plot, each))],
        setCursor: [({ cursor: { idx } }) => this.showLegend(idx ?? this.times.length - 1)],
      },
    };
  }

  /** A threshold is in view unless it lies so far above that it would flatten the lines. */
  private top(high: number | null): number {
    const most = high === null || high === 0 ? 1 : high;
    const inView = this.widget.thresholds
      .map(({ value }) => value)
      .filter((value) => value <= 5 * most || high === null);
    return Math.max(most, ...inView) * 1.1;
  }

  private showLegend(i: number): void {
    const items = this.widget.lines.map(({ label }, line) => {
      const dot = el('span', { class: 'dot', 'aria-hidden': 'true' });
      dot.style.background = colorOf(label, line);
      return el('li', {}, dot, `${label} `, el('b', {}, short(this.values[line]?.[i])));
    });
    const limits = this.widget.thresholds.map(({ value, label }) =>
      el(
        'li',
        { class: 'limit' },
        el('span', { class: 'dash', 'aria-hidden': 'true' }),
        `${label} alarm `,
        el('b', {}, short(value)),
      ),
    );
    this.legend.replaceChildren(...items, ...limits);
  }
}

function threshold(plot: uPlot, { value }: { value: number }): void {
  const y = plot.valToPos(value, 'y', true);
  const { ctx, bbox } = plot;
  if (y < bbox.top) return;
  ctx.save();
  ctx.strokeStyle = ink().alarm;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.restore();
}
