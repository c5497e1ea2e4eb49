import { thousands } from '../../text/thousands';
import type { ShownPromise, Told } from '../shown';
import { byId, el, fill, unknown } from './dom';
import { number } from './format';
import { sparkline } from './sparkline';

const WORDS = { true: '✓ kept', false: '✖ missed', null: 'no data' } as const;

/** Each promise as a number against its target. */
export function showPromises(told: Told<ShownPromise[]>): void {
  const container = byId('tiles');
  fill(container, { ...told, at: 0 }, () => (told.known ? told.value.map(tile) : [unknown(told.why)]));
}

function tile({
  id,
  name,
  target,
  bound,
  unit,
  measuredAt,
  silence,
  value,
  kept,
  few,
  series,
}: ShownPromise): HTMLElement {
  const state = String(kept) as keyof typeof WORDS;
  const nothing = silence === null ? WORDS.null : `no data: ${silence}`;
  const judged = kept !== null ? WORDS[state] : few ? 'too few to judge' : nothing;
  return el(
    'article',
    { class: 'tile', 'data-promise': id, 'data-kept': state, title: `Measured: ${measuredAt}` },
    el('h3', {}, capital(name)),
    el('p', { class: 'figure' }, el('b', {}, number(value)), el('span', {}, value === null ? '' : ` ${unit}`)),
    sparkline(series, target) as unknown as HTMLElement,
    el(
      'p',
      { class: 'against' },
      el('span', {}, `${bound} ${thousands(target)} ${unit}`),
      el('span', { class: 'kept' }, judged),
    ),
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
