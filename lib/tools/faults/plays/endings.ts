import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { ENV } from '../../../../lambda/contract/environment';
import type { FunctionName } from '../../../../lambda/contract/functions';
import { apiEvent } from '../../local-stage/api-event';
import { Random } from '../../example-data/random';
import { InvocationError, type LocalFunction } from '../../local-stage/local-function';
import type { Fault } from '../lab/fault';
import type { Lab } from '../lab/lab';
import { endings } from '../../breakage/connections';
import type { Network } from '../../breakage/network';
import type { TcpProxy } from '../../breakage/proxy';

/** A table's read that nobody ends would hold up the others. */
const MOST_WAIT_MS = 3_000;

const random = new Random(3);

/** Who else talks to the stores, and what it is asked; the search is asked throughout, as under every fault. */
const SPEAKERS = {
  conversation: () => apiEvent('POST', '/v1/sessions', { userId: 'endings', question: '?' }),
  events: () => apiEvent('GET', '/v1/sessions/endings/events', undefined, 'after=0&waitMs=50'),
  operations: () => ({ operation: 'show' }),
  doctor: () => ({}),
  'warm-up': () => ({ force: true }),
  // One that finds no Valkey, so that each question is one for PostgreSQL.
  search: ({ questions }: Lab) => random.pick(questions).event,
} satisfies Partial<Record<FunctionName, (lab: Lab) => unknown>>;
type Speaker = keyof typeof SPEAKERS;

const state = {
  speakers: new Map<Speaker, LocalFunction>(),
  talking: new Set<Speaker>(),
  ended: new Set<Speaker>(),
  wrong: 0,
  /** Their processes are being stopped: that they end is then no news. */
  stopping: false,
};

async function startSpeakers(lab: Lab): Promise<void> {
  state.talking.clear();
  state.ended.clear();
  state.wrong = 0;
  state.stopping = false;
  for (const name of Object.keys(SPEAKERS) as Speaker[]) {
    const alone: Record<string, string> = name === 'search' ? { [ENV.valkeyEndpoint]: '127.0.0.1:1' } : {};
    state.speakers.set(name, await lab.cold(name, alone));
  }
}

/**
 * Each of them is asked again as soon as it has answered; what it answers is its own, that it lives on is the promise.
 */
function talk(lab: Lab): void {
  for (const [name, speaker] of state.speakers) {
    if (state.talking.has(name) || state.ended.has(name)) continue;
    state.talking.add(name);
    const event: unknown = SPEAKERS[name](lab);
    speaker
      .invoke(event)
      .then((answer) => judge(lab, name, event, answer as APIGatewayProxyResult))
      .catch((error: unknown) => {
        const exited = error instanceof InvocationError && error.name === 'Runtime.ExitError';
        if (exited && !state.stopping) state.ended.add(name);
      })
      .finally(() => state.talking.delete(name));
  }
}

function judge({ questions }: Lab, name: Speaker, event: unknown, { statusCode, body }: APIGatewayProxyResult): void {
  if (name !== 'search' || statusCode >= 500) return;
  if (body !== questions.find((each) => each.event === event)?.body) state.wrong++;
}

/** @returns what is wrong: a process that ended with a connection, or a play in which no connection ended. */
function check(proxies: readonly TcpProxy[]): string | undefined {
  const met = proxies.reduce((sum, { ended }) => sum + ended, 0);
  const dead = [...state.ended].map((name) => `a connection's end ended the process of ${name}`);
  const wrong = [
    ...(met === 0 ? ['no connection was ended'] : []),
    ...(state.wrong > 0 ? [`${state.wrong} answers of PostgreSQL alone were wrong`] : []),
    ...dead,
  ];
  return wrong.join('; ') || undefined;
}

/** While others talk to the stores too. */
function ended(name: string, what: string, which: (network: Network) => readonly TcpProxy[]): Fault {
  const ending = endings(which);
  return {
    name,
    what,
    begin: startSpeakers,
    meanwhile: async (lab, between) => {
      talk(lab);
      await ending.meanwhile?.(lab, between);
    },
    end: async (lab) => {
      state.stopping = true;
      await Promise.race([sleep(MOST_WAIT_MS), ...[...state.speakers.values()].map((each) => each.stop())]);
      await ending.end?.(lab);
    },
    check: ({ network }) => Promise.resolve(check(which(network))),
  };
}

/** How connections end: by FIN, RST, silence and garbage, at any byte of any conversation. */
export const ENDING_FAULTS: readonly Fault[] = [
  ended(
    'valkey-connections-end',
    'connections to Valkey end by FIN, RST, silence or garbage, at any byte of every conversation',
    ({ valkey }) => valkey,
  ),
  ended(
    'database-connections-end',
    'connections to PostgreSQL end so, amid the reading of the table too',
    ({ database }) => [database],
  ),
];
