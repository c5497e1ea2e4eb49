import type { ShownAlarm, ShownAlarms, Told } from '../shown';
import { byId, el, fill, unknown } from './dom';
import { ago } from '../../text/ago';
import { openAlarm } from './detail';

/** The one sentence that is read from two metres. */
export function showHeadline(told: Told<ShownAlarms>): void {
  const container = byId('headline');
  const [first] = told.known ? told.value.firing : [];
  const level = !told.known ? 'unknown' : first === undefined ? 'well' : first.severity;
  container.dataset.level = level;
  fill(container, [level, first?.name, told.known ? told.value.firing.length : told.why], () => {
    if (!told.known) return [strong('?', 'The alarms are not known', told.why)];
    if (first === undefined)
      return [
        strong('✓', 'Nothing fires', `${told.value.all} alarms are watched, people are told of ${told.value.told}.`),
      ];
    const { name, severity, impact, command } = first;
    const others = told.value.firing.length - 1;
    const more = others === 0 ? '' : ` ${others} more ${others === 1 ? 'fires' : 'fire'}.`;
    return [
      strong(severity === 'page' ? '✖' : '▲', name, `${impact}${more}`, [
        el('code', {}, command),
        el('button', { id: 'evidence', onclick: () => openAlarm(name) }, 'Show the evidence'),
      ]),
    ];
  });
}

const strong = (sign: string, title: string, text: string, next: HTMLElement[] = []) =>
  el(
    'div',
    { class: 'strong' },
    el('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
    el('div', {}, el('p', { class: 'title' }, title), el('p', {}, text)),
    next.length === 0 ? undefined : el('div', { class: 'next' }, ...next),
  );

/** What fires, who feels it, since when. */
export function showAlarms(told: Told<ShownAlarms>): void {
  const container = byId('alarms');
  if (!told.known) {
    fill(container, told.why, () => [unknown(told.why)]);
    return;
  }
  const { firing } = told.value;
  const since = firing.map((each) => ago(each.since, told.at));
  fill(container, [since, firing.map(({ name, parts }) => [name, parts.map((part) => part.name)])], () =>
    firing.length === 0
      ? [el('p', { class: 'quiet' }, 'No alarm fires.')]
      : firing.map((each, i) => card(each, since[i] ?? '')),
  );
}

function card({ name, severity, impact, follows, parts }: ShownAlarm, since: string): HTMLElement {
  return el(
    'button',
    {
      class: 'alarm',
      id: `alarm-${name}`,
      'data-severity': severity,
      'data-quiet': follows !== null,
      onclick: () => openAlarm(name),
    },
    el(
      'span',
      { class: 'row' },
      el('b', {}, name),
      el('span', { class: 'badge' }, follows === null ? (severity === 'page' ? 'pages' : 'notice') : 'quiet'),
    ),
    el('span', { class: 'impact' }, impact),
    el(
      'span',
      { class: 'meta' },
      [`for ${since}`, follows === null ? undefined : `follows from ${follows}`, of(name, parts)]
        .filter((each) => each !== undefined)
        .join(' · '),
    ),
  );
}

const MOST_NAMED = 3;

function of(name: string, parts: ShownAlarm['parts']): string | undefined {
  const names = parts.map((part) => part.name).filter((each) => each !== name);
  if (names.length === 0) return undefined;
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  return names.slice(0, MOST_NAMED).join(', ') + more;
}
