import { thousands } from '../../text/thousands';
import type { Bar, ShownDemand, Told } from '../shown';
import { byId, el, fill, unknown } from './dom';
import { short } from './format';

/** Who asks, for what money, which cars are shown, and where sessions stop. */
export function showDemand(told: Told<ShownDemand>): void {
  const container = byId('demand-charts');
  fill(container, { ...told, at: 0 }, () => {
    if (!told.known) return [unknown(told.why)];
    const { personas, budgets, cars, steps } = told.value;
    const bands = budgets.map(({ label, count }) => ({
      label: `up to ${thousands(Number(label))}만원`,
      count,
    }));
    const reached = steps.map(({ question, reached: count, stopped, completed }) => ({
      label: question === 0 ? 'began' : `question ${question}`,
      count,
      note: `${stopped} stopped here, ${completed} completed`,
    }));
    return [
      el(
        'div',
        { class: 'charts' },
        chart(
          'Personas',
          personas.map(({ label, count }) => ({ label: label.replaceAll('_', ' '), count })),
          'searches',
        ),
        chart('Budgets', bands, 'searches'),
        chart('Cars shown', cars, 'listings in answers', true),
        chart('Where sessions stop', reached, 'sessions that came so far'),
      ),
    ];
  });
}

function chart(title: string, bars: readonly (Bar & { note?: string })[], unit: string, korean = false): HTMLElement {
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const rows = bars.map(({ label, count, note }) => {
    const bar = el('span', { class: 'fill', 'aria-hidden': 'true' });
    bar.style.width = `${(100 * Math.max(0, count)) / most}%`;
    return el(
      'tr',
      {},
      el(
        'th',
        { scope: 'row', lang: korean ? 'ko' : undefined },
        label,
        note === undefined ? undefined : el('small', {}, note),
      ),
      el('td', { class: 'track' }, bar),
      el('td', {}, short(count)),
    );
  });
  return el(
    'figure',
    { class: 'card bars' },
    el('figcaption', {}, title, el('small', {}, ` ${unit}`)),
    bars.length === 0
      ? el('p', { class: 'quiet' }, 'None in the last hour.')
      : el('table', {}, el('tbody', {}, ...rows)),
  );
}
