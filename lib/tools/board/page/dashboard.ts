import type { ShownAlarms, ShownGraphs, Told, Widget } from '../shown';
import { byId, el, unknown } from './dom';
import { number } from './format';
import { Graph } from './graph';

/** Fewer periods are no graph. */
const FEWEST_PERIODS = 10;

/** What shows a widget's values. */
type Show = (values: (number | null)[][], end: number, period: number) => void;

/**
 * The stage's dashboard. On the board the promises stand above as tiles, so its numbers are left out; as CloudWatch's
 * dashboard it is drawn whole and in its own places.
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
      const made = make(widget);
      if (made === undefined || (!whole && made.show === undefined)) return undefined;
      if (!whole && widget.kind === 'number') return undefined;
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
        (values[i] ?? []).map((line) => line.slice(from)),
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
  if (widget.kind === 'alarms') {
    const chips = widget.alarms.map((name) => el('li', { class: 'badge', 'data-alarm': name }, name));
    const list = el('ul', { class: 'chips' }, ...chips);
    return { element: el('figure', { class: 'card' }, el('figcaption', {}, widget.title), list) };
  }
  return undefined;
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
