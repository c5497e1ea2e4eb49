import type { ShownAlarms, ShownGraphs, Told, Widget } from '../shown';
import { byId, el, unknown } from './dom';
import { number } from './format';
import { Graph, type LinedWidget } from './graph';

/** Fewer periods are no graph. */
const FEWEST_PERIODS = 10;

/** What shows a widget's values. */
type Show = (values: (number | null)[][], end: number, period: number) => void;

/**
 * The stage's dashboard. On the board the promises stand above as tiles, so its numbers and its table of them are left
 * out; as CloudWatch's dashboard it is drawn whole and in its own places.
 */
export class DashboardView {
  private readonly shows: (Show | undefined)[];
  private readonly container = byId('graphs');

  constructor(widgets: readonly Widget[], whole: boolean) {
    this.container.replaceChildren();
    this.container.classList.toggle('whole', whole);
    let section: HTMLElement | undefined;
    this.shows = widgets.map((widget) => {
      if (widget.kind === 'text') section = this.section(widget.text, section);
      const made = whole || widget.kind === 'graph' ? make(widget) : undefined;
      if (made === undefined) return undefined;
      if (whole) place(made.element, widget);
      section ??= this.section('', undefined);
      section.querySelector('.graphs')?.append(made.element);
      return made.show;
    });
    for (const each of this.container.querySelectorAll('section'))
      if (each.querySelector('.graphs')?.childElementCount === 0) each.remove();
  }

  show(told: Told<ShownGraphs>): void {
    this.container.querySelector(':scope > .unknown')?.remove();
    if (!told.known) {
      this.container.prepend(unknown(told.why));
      return;
    }
    const { values, end, period } = told.value;
    const from = beginning(values);
    this.shows.forEach((show, i) =>
      show?.(
        // A number is of the whole time.
        (values[i] ?? []).map((line) => (line.length > 1 ? line.slice(from) : line)),
        end,
        period,
      ),
    );
  }

  /** The dashboard's own widget of alarms names them with the stage's prefix. */
  showAlarms(told: Told<ShownAlarms>, group: string): void {
    const firing = new Set(told.known ? told.value.firing.map(({ name }) => `${group}-${name}`) : []);
    for (const chip of this.container.querySelectorAll<HTMLElement>('[data-alarm]'))
      chip.dataset.fires = String(firing.has(chip.dataset.alarm ?? ''));
  }

  /** A heading of the dashboard begins a section; other text stands where it is. */
  private section(markdown: string, current: HTMLElement | undefined): HTMLElement {
    const [, heading] = /^#{1,3}\s+(.*)$/m.exec(markdown) ?? [];
    if (heading === undefined && current !== undefined) return current;
    const made = el(
      'section',
      {},
      heading === undefined ? undefined : el('h2', {}, heading),
      el('div', { class: 'graphs' }),
    );
    this.container.append(made);
    return made;
  }
}

function make(widget: Widget): { element: HTMLElement; show?: Show } | undefined {
  if (widget.kind === 'graph') {
    const graph = new Graph(widget);
    return { element: graph.element, show: (values, end, period) => graph.show(values, end, period) };
  }
  if (widget.kind === 'number') {
    const figures = widget.lines.map(() => el('b', {}, '–'));
    const lines = figures.map((figure, i) => el('p', {}, figure, ` ${widget.lines[i]?.label ?? ''}`));
    const element = el('figure', { class: 'number card' }, el('figcaption', {}, widget.title), ...lines);
    const show: Show = (values) =>
      figures.forEach((figure, i) => (figure.textContent = number(values[i]?.[0] ?? null)));
    return { element, show };
  }
  if (widget.kind === 'table') return table(widget);
  if (widget.kind === 'alarms') {
    const chips = widget.alarms.map((name) => el('li', { class: 'badge', 'data-alarm': name }, name));
    const list = el('ul', { class: 'chips' }, ...chips);
    return { element: el('figure', { class: 'card' }, el('figcaption', {}, widget.title), list) };
  }
  return undefined;
}

/** Promises as rows: a cell for each period, kept (1) or missed (0), and what the newest says. */
function table({ title, lines }: LinedWidget): { element: HTMLElement; show: Show } {
  const rows = lines.map(({ label }) => ({
    label: el('th', { scope: 'row' }, label),
    cells: el('td', { class: 'cells', 'aria-hidden': 'true' }),
    newest: el('td', { class: 'kept' }),
  }));
  const body = rows.map(({ label, cells, newest }) => el('tr', {}, label, cells, newest));
  const element = el(
    'figure',
    { class: 'kept-table card' },
    el('figcaption', {}, title),
    el('table', {}, el('tbody', {}, ...body)),
  );
  const show: Show = (values) =>
    rows.forEach(({ cells, newest }, i) => {
      const states = (values[i] ?? []).map((value) => (value === null ? 'none' : value > 0.5 ? 'kept' : 'missed'));
      cells.replaceChildren(...states.map((state) => el('i', { 'data-state': state })));
      const last = states.findLast((state) => state !== 'none');
      newest.textContent = last === undefined ? 'no data' : last === 'kept' ? '✓ kept' : '✖ missed';
      newest.dataset.state = last ?? 'none';
    });
  return { element, show };
}

/** A system that is young has no line for the time before it: then what it has fills the graphs. */
function beginning(values: (number | null)[][][]): number {
  const lines = values.flat().filter(({ length }) => length > 1);
  const count = Math.max(0, ...lines.map(({ length }) => length));
  const firsts = lines.map((line) => line.findIndex((value) => value !== null && value !== 0)).filter((i) => i >= 0);
  return Math.max(0, Math.min(count - FEWEST_PERIODS, ...firsts.map((i) => i - 1)));
}

/** CloudWatch's own 24 columns. */
function place(element: HTMLElement, { x, width }: Widget): void {
  element.style.gridColumn = `${x + 1} / span ${width}`;
}
