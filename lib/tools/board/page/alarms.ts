import type { ShownAlarm, ShownAlarms, Told } from '../shown';
import { byId, code, el, fill, unknown } from './dom';
import { ago } from '../../text/ago';
import { getAlarm, looking, openAlarm } from './detail';

/** What was found out last: for which alarms of which system, of the first of them. */
let likely: { of: string; first: string; said: [what: string, because: string] } = {
  of: '',
  first: '',
  said: ['', ''],
};

/** A line that names the likeliest cause, once it is found out: again whenever other alarms fire. */
function likelyCause(firing: readonly ShownAlarm[], name: string): HTMLElement {
  const of = JSON.stringify([looking.at, firing.map((each) => each.name).sort()]);
  const first = `${looking.at} ${name}`;
  if (likely.of !== of) {
    likely = { of, first, said: likely.first === first ? likely.said : ['Looking for the cause…', ''] };
    void getAlarm(name)
      .then(
        ({ causes: [cause] }): typeof likely.said =>
          cause ? [`Likely cause: ${cause.cause}.`, cause.because] : ['No cause is found yet.', ''],
        (error: unknown): typeof likely.said => ['The cause could not be looked for.', (error as Error).message],
      )
      .then((said) => {
        if (likely.first !== first) return;
        likely.said = said;
        document.getElementById('likely')?.replaceWith(likelyLine());
      });
  }
  return likelyLine();
}

const likelyLine = () => {
  const [what, because] = likely.said;
  return el('p', { id: 'likely' }, el('b', {}, what), ` ${because}`);
};

/** The one sentence that is read from two metres. */
export function showHeadline(told: Told<ShownAlarms>): void {
  const container = byId('headline');
  const [first] = told.known ? told.value.firing : [];
  const level = !told.known ? 'unknown' : first === undefined ? 'well' : first.severity;
  container.dataset.level = level;
  fill(container, [level, told.known ? told.value.firing.map(({ name }) => name) : told.why], () => {
    if (!told.known) return [strong('?', 'The alarms are not known', told.why)];
    if (first === undefined)
      return [
        strong('✓', 'Nothing fires', `${told.value.all} alarms are watched, people are told of ${told.value.told}.`),
      ];
    const { name, severity, impact, command } = first;
    const others = told.value.firing.length - 1;
    const more = others === 0 ? '' : ` ${others} more ${others === 1 ? 'fires' : 'fire'}.`;
    return [
      strong(
        severity === 'page' ? '✖' : '▲',
        name,
        `${impact}${more}`,
        [code(command), el('button', { id: 'evidence', onclick: () => openAlarm(name) }, 'Show the evidence')],
        likelyCause(told.value.firing, name),
      ),
    ];
  });
}

const strong = (sign: string, title: string, text: string, next: HTMLElement[] = [], cause?: HTMLElement) =>
  el(
    'div',
    { class: 'strong' },
    el('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
    el('div', {}, el('p', { class: 'title' }, title), el('p', {}, text), cause),
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
