import type { AlarmPage, NodePage } from '../shown';
import { byId, code, el } from './dom';
import { ask } from './api';
import { happeningList } from './happenings';
import { number, time } from './format';

/** Which system is looked at. */
export const looking: { at: 'main' | 'drill' } = { at: 'main' };

interface HtmlPolicy {
  createHTML: (html: string) => string;
}
/** TypeScript's library does not know it yet (W3C, Trusted Types); a browser without it goes on without. */
const { trustedTypes } = window as Window & {
  trustedTypes?: { createPolicy: (name: string, rules: HtmlPolicy) => HtmlPolicy };
};

/** The only way from text to HTML: the project's own pages, which the server makes without HTML of their source. */
const policy = trustedTypes?.createPolicy('runbook', { createHTML: (html) => html });

/** Opens an alarm's page. The address names it, so that a link leads here. */
export function openAlarm(name: string): void {
  history.replaceState(null, '', `#alarm=${encodeURIComponent(name)}`);
  void open(name, 'Gathering evidence…', async () => alarmBody(await getAlarm(name)));
}

/** An alarm's page; what it tells is found out when it is asked for. */
export const getAlarm = async (name: string) => (await ask<AlarmPage>(url('alarm', name))).body;

export function openNode(id: string): void {
  void open(id, 'Asking the node…', async () => nodeBody((await ask<NodePage>(url('node', id))).body));
}

/** Opens what the address names. */
export function openFromAddress(): void {
  const [, name] = /^#alarm=([\w-]+)$/.exec(location.hash) ?? [];
  if (name !== undefined) openAlarm(name);
}

const url = (what: string, name: string) => `/board/${what}?system=${looking.at}&name=${encodeURIComponent(name)}`;

async function open(title: string, meanwhile: string, body: () => Promise<HTMLElement>): Promise<void> {
  const dialog = byId('detail') as HTMLDialogElement;
  const content = el('div', { class: 'content' }, el('p', { class: 'quiet', role: 'status' }, meanwhile));
  const close = el('button', { class: 'close', 'aria-label': 'Close', onclick: () => dialog.close() }, '×');
  dialog.replaceChildren(el('header', {}, el('h2', { id: 'detail-title' }, title), close), content);
  dialog.onclose = () => history.replaceState(null, '', location.pathname + location.search);
  if (!dialog.open) dialog.showModal();
  try {
    content.replaceChildren(await body());
  } catch (error) {
    content.replaceChildren(el('p', { class: 'unknown' }, (error as Error).message));
  }
}

function alarmBody({ told, before, command, causes, complaints, unanswered, runbook }: AlarmPage): HTMLElement {
  const page = el('div', { class: 'runbook' });
  page.innerHTML = policy?.createHTML(runbook) ?? runbook;
  return el(
    'div',
    {},
    el('p', { class: 'impact' }, told),
    before === null ? undefined : typed(before),
    typed(command),
    looking.at === 'drill'
      ? el(
          'p',
          { class: 'quiet' },
          'What is found is the drill’s. The commands are what you would type at night, for prod.',
        )
      : undefined,
    el('h3', {}, 'Evidence'),
    causes.length === 0 ? el('p', { class: 'quiet' }, 'Nothing that was looked at is out of order.') : undefined,
    ...causes.map(({ cause, because, next, risk }, i) =>
      el(
        'article',
        { class: 'cause', 'data-likely': i === 0 },
        el('p', {}, el('small', {}, i === 0 ? 'Likely cause' : 'Also'), el('b', {}, cause)),
        el('p', {}, because),
        typed(next),
        el('p', { class: 'quiet' }, `Risk: ${risk}`),
      ),
    ),
    ...unanswered.map((each) => el('p', { class: 'unknown' }, `Could not be asked: ${each}`)),
    complaints.length === 0 ? undefined : el('pre', { tabindex: '0' }, complaints.join('\n')),
    el('h3', {}, 'Runbook'),
    page,
  );
}

/** A command with a button that copies it. */
function typed(command: string): HTMLElement {
  const done = el('span', { role: 'status' });
  const copy = () => {
    void navigator.clipboard.writeText(command).then(
      () => (done.textContent = 'copied'),
      () => (done.textContent = 'select it to copy'),
    );
  };
  return el('p', { class: 'command' }, code(command, { tabindex: '0' }), el('button', { onclick: copy }, 'Copy'), done);
}

function nodeBody({ at: now, changes, slow, unanswered }: NodePage): HTMLElement {
  const rows = (slow ?? []).map(({ at, milliseconds, command }) =>
    el('tr', {}, el('td', {}, time(at, true)), el('td', {}, command), el('td', {}, `${number(milliseconds)} ms`)),
  );
  return el(
    'div',
    {},
    el('h3', {}, 'Roles and silences, last day'),
    changes === null
      ? undefined
      : changes.length === 0
        ? el('p', { class: 'quiet' }, 'No failover, no silence.')
        : happeningList(changes, now),
    el('h3', {}, 'Slow log, last day'),
    slow?.length === 0 ? el('p', { class: 'quiet' }, 'No slow command.') : el('table', {}, el('tbody', {}, ...rows)),
    ...unanswered.map((each) => el('p', { class: 'unknown' }, `Could not be asked: ${each}`)),
  );
}
