import type { Happening, Told } from '../shown';
import { byId, el, fill, unknown } from './dom';
import { ago } from '../../text/ago';

const SIGNS: Readonly<Record<Happening['kind'], string>> = {
  deploy: '⬆',
  'warm-up': '↻',
  failover: '⇄',
  silence: '…',
  alarm: '▲',
  drill: '⚑',
};

/** The newest of what happened, as a list. */
export function happeningList(happenings: readonly Happening[], now: number): HTMLElement {
  return el(
    'ol',
    { class: 'happenings' },
    ...happenings.map(({ kind, what, at }) =>
      el(
        'li',
        { 'data-kind': kind },
        el('span', { class: 'sign', 'aria-hidden': 'true' }, SIGNS[kind]),
        el('span', {}, what),
        el('time', { datetime: new Date(at).toISOString() }, `${ago(at, now)} ago`),
      ),
    ),
  );
}

export function showHappenings(told: Told<Happening[]>): void {
  const container = byId('happenings');
  if (!told.known) {
    fill(container, told.why, () => [unknown(told.why)]);
    return;
  }
  const key = told.value.map(({ at, what }) => [what, ago(at, told.at)]);
  fill(container, key, () => [
    told.value.length === 0
      ? el('p', { class: 'quiet' }, 'Nothing in the last hour.')
      : happeningList(told.value, told.at),
  ]);
}
