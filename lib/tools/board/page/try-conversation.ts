import { thousands } from '../../text/thousands';
import type { SearchAnswer } from '../../../client/types';
import { ask } from './api';
import { el } from './dom';
import { number, time } from './format';

interface SessionEvent {
  version: number;
  type: string;
  by?: string;
}

const WAIT_MS = 4_000;
const TEXT = '아이와 탈 차를 찾아요. 예산은 2500에서 3200이에요';

/** A conversation in which three agents write at once, while their events are waited for as an application would. */
export function conversationForm(): HTMLElement[] {
  const said = el('textarea', { id: 'said', lang: 'ko', rows: 2, maxlength: 500 }, TEXT);
  const events = el('ol', {
    class: 'events',
    'aria-live': 'polite',
    tabindex: '0',
    'aria-label': 'Events of the session',
  });
  const summary = el('p', { class: 'quiet' }, 'Three agents share one session and write to it at the same time.');
  const form = el(
    'form',
    { class: 'form talk' },
    el('label', { for: 'said' }, el('span', {}, 'What the person says'), said),
    el('button', { class: 'primary' }, 'Begin'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    events.replaceChildren();
    void converse(said.value, events, summary).catch((error: unknown) => {
      summary.textContent = (error as Error).message;
    });
  });
  return [el('h3', {}, 'A conversation'), form, summary, events];
}

async function converse(question: string, events: HTMLElement, summary: HTMLElement): Promise<void> {
  const { body } = await ask<{ sessionId: string }>('/v1/sessions', 'POST', { userId: 'board-visitor', question });
  const session = `/v1/sessions/${body.sessionId}`;
  const done = { now: false };
  const following = follow(session, events, done);
  const state = (agent: string, value: object) => ask(`${session}/agents/${agent}`, 'PATCH', value);
  const start = performance.now();
  await Promise.all([
    state('concierge', { status: 'listening', topic: '가족' }),
    ask(`${session}/needs`, 'POST', { agent: 'needs_analyst', needs: [{ need: '아이와 탄다' }] }),
    state('data_analyst', { status: 'searching' }),
  ]);
  const needs = { budgetMin: 2_500, budgetMax: 3_200, persona: 'working_mom' };
  const answer = await ask<SearchAnswer>(`${session}/questions`, 'POST', { question, needs });
  await Promise.all([state('concierge', { status: 'answered' }), state('data_analyst', { status: 'reranked' })]);
  done.now = true;
  const ms = number(performance.now() - start);
  await following;
  const [best] = answer.body.vehicles;
  summary.replaceChildren(
    `Six writes and a search in ${ms} ms, none lost. ${thousands(answer.body.total)} cars, best: `,
    el('b', { lang: 'ko' }, `${best?.manufacturer ?? ''} ${best?.model ?? ''}`),
  );
}

/** Waits for the next events again and again, until all has been written and read. */
async function follow(session: string, list: HTMLElement, done: { now: boolean }): Promise<void> {
  let after = 0;
  for (;;) {
    const last = done.now;
    const path = `${session}/events?after=${after}&waitMs=${last ? 0 : WAIT_MS}`;
    const { body } = await ask<{ version: number; events: SessionEvent[] }>(path);
    after = body.version;
    for (const { version, type, by } of body.events)
      list.append(
        el(
          'li',
          { 'data-by': by ?? 'person' },
          el('b', {}, by ?? 'person'),
          ` ${type.replaceAll('_', ' ')} `,
          el('time', {}, `v${version}, ${time(Date.now(), true)}`),
        ),
      );
    list.scrollTop = list.scrollHeight;
    if (last && body.events.length === 0) return;
  }
}
