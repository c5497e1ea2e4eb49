import { thousands } from '../../text/thousands';
import type { SearchAnswer } from '../../../client/types';
import { OPENING, QUESTIONS } from '../../example-data/worked-conversation';
import { ask } from './api';
import { el } from './dom';
import { number, time } from './format';

interface SessionEvent {
  version: number;
  type: string;
  by?: string;
  data: unknown;
}

const WAIT_MS = 4_000;

/** A conversation in which three agents write at once, while their events are waited for as an application would. */
export function conversationForm(): HTMLElement[] {
  const events = el('ol', {
    class: 'events',
    'aria-live': 'polite',
    tabindex: '0',
    'aria-label': 'Events of the session',
  });
  const summary = el(
    'p',
    { class: 'quiet' },
    'A person says four sentences. Three agents share the session and write to it at the same time. What the ' +
      'sentences mean is written down beside them: no language model runs here.',
  );
  const form = el('form', { class: 'form' }, el('button', { class: 'primary' }, 'Begin'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    events.replaceChildren();
    void converse(events, summary).catch((error: unknown) => {
      summary.textContent = (error as Error).message;
    });
  });
  return [el('h3', {}, 'A conversation'), form, summary, events];
}

async function converse(events: HTMLElement, summary: HTMLElement): Promise<void> {
  const { body } = await ask<{ sessionId: string }>('/v1/sessions', 'POST', {
    userId: 'board-visitor',
    question: OPENING,
  });
  const session = `/v1/sessions/${body.sessionId}`;
  const done = { now: false };
  const found = new Map<number, string>();
  const following = follow(session, events, done, found);
  const state = (agent: string, value: object) => ask(`${session}/agents/${agent}`, 'PATCH', value);
  const start = performance.now();
  for (const { said, revealed, needs } of Object.values(QUESTIONS)) {
    await Promise.all([
      state('concierge', { status: 'listening' }),
      state('data_analyst', { status: 'searching' }),
      ...(revealed === undefined
        ? []
        : [ask(`${session}/needs`, 'POST', { agent: 'needs_analyst', needs: [{ need: revealed }] })]),
    ]);
    const { body: answer } = await ask<SearchAnswer & { version: number }>(`${session}/questions`, 'POST', {
      question: said,
      needs,
    });
    const [best] = answer.vehicles;
    found.set(
      answer.version,
      `${thousands(answer.total)} cars, best: ${[best?.manufacturer, best?.model].filter(Boolean).join(' ')}`,
    );
    showAnswers(events, found);
  }
  done.now = true;
  const ms = number(performance.now() - start);
  await following;
  showAnswers(events, found);
  const writes = events.children.length - 1;
  summary.textContent = `${writes} writes, ${found.size} of them with a search, in ${ms} ms, none lost.`;
}

/** Waits for the next events again and again, until all has been written and read. */
async function follow(
  session: string,
  list: HTMLElement,
  done: { now: boolean },
  found: ReadonlyMap<number, string>,
): Promise<void> {
  let after = 0;
  for (;;) {
    const last = done.now;
    const path = `${session}/events?after=${after}&waitMs=${last ? 0 : WAIT_MS}`;
    const { body } = await ask<{ version: number; events: SessionEvent[] }>(path);
    after = body.version;
    list.append(...body.events.map(row));
    showAnswers(list, found);
    list.scrollTop = list.scrollHeight;
    if (last && body.events.length === 0) return;
  }
}

function row({ version, by = 'person', data }: SessionEvent): HTMLElement {
  return el(
    'li',
    { 'data-by': by, 'data-version': version },
    el('b', {}, by),
    ' ',
    el('span', { lang: 'ko' }, whatHappened(data)),
    ' ',
    el('time', {}, `v${version}, ${time(Date.now(), true)}`),
  );
}

/** What an event tells: what was asked, what an agent does, or what was revealed. */
function whatHappened(data: unknown): string {
  if (Array.isArray(data)) return data.map(({ need }: { need?: string }) => need ?? '').join(', ');
  const { question, status } = data as { question?: string; status?: string };
  return question === undefined ? (status ?? '') : `“${question}”`;
}

/** Writes what was found under the questions that are shown, each once. */
function showAnswers(list: HTMLElement, found: ReadonlyMap<number, string>): void {
  for (const [version, text] of found) {
    const question = list.querySelector(`[data-version="${version}"]`);
    if (question?.querySelector('.found') === null) question.append(el('div', { class: 'found', lang: 'ko' }, text));
  }
}
