import { setTimeout as sleep } from 'node:timers/promises';
import type { Listing } from '../../../../lambda/rules/listing';
import { VALKEY_BUDGET_MS } from '../../../../lambda/telemetry/request';
import { apiEvent, searchEvent } from '../../local-stage/api-event';
import { answerOf, found, foundInSession, recommended, type Shown } from '../../bench/answers';
import { REPEATED, repeated } from '../../bench/questions';
import type { LocalFunction } from '../../local-stage/local-function';
import { setPrice } from '../../example-data/vehicles-table';
import type { Fault } from '../lab/fault';
import type { Lab } from '../lab/lab';

/** Longer than a process goes on without a look at the pointer, ms. */
const FROZEN_MS = 1_500;
/** Of questions whose share of time a slow machine spends before the new index is there. */
const MOST_TRIES = 10;
const PERSON = 'idle-person';

/** What one process is asked before it is frozen, and first of all once thawed. */
interface Idle {
  kind: string;
  process: LocalFunction;
  ask: () => Promise<Shown>;
}

const state: { idle: Idle[]; stale: string[]; asked: number } = { idle: [], stale: [], asked: 0 };

/** A process for each kind of answer that is made of the catalogue. */
async function startIdle(lab: Lab): Promise<void> {
  const [stored, neverAsked] = await lab.coldHandlers(2);
  const talking = await Promise.all(Array.from({ length: 3 }, () => lab.cold('conversation')));
  const [inSession, toStranger, toKnown] = talking;
  if (!stored || !neverAsked || !inSession || !toStranger || !toKnown) throw new Error('A process did not start');
  const another = () => searchEvent({ ...REPEATED, limit: 21 + (state.asked++ % 79) });
  const [best] = (await found(stored, repeated())).vehicles;
  const signals = { signals: [{ id: 'idle', type: 'contacted', vehicle: best }] };
  await answerOf(toKnown, apiEvent('POST', `/v1/users/${PERSON}/signals`, signals));
  state.stale = [];
  state.idle = [
    { kind: 'a stored answer', process: stored, ask: () => found(stored, repeated()) },
    { kind: 'a new search', process: neverAsked, ask: () => found(neverAsked, another()) },
    { kind: "a session's question", process: inSession, ask: () => foundInSession(inSession, PERSON) },
    { kind: 'plain recommendations', process: toStranger, ask: () => recommended(toStranger, 'idle-stranger') },
    { kind: 'personal recommendations', process: toKnown, ask: () => recommended(toKnown, PERSON) },
  ];
}

/** Publishes a catalogue in which the listing has this price. */
async function priced(lab: Lab, { vehicle_id }: Listing, price: number): Promise<void> {
  await setPrice(lab.postgres.ownerUrl, vehicle_id, price);
  await lab.refill();
}

/**
 * @returns the price that the process shows first of all; where its share of time was over before it could know, the
 * next.
 */
async function firstPrice({ ask }: Idle, { vehicle_id }: Listing): Promise<number | null | undefined> {
  let shown = await ask();
  for (let again = 0; again < MOST_TRIES && shown.valkeyMs >= VALKEY_BUDGET_MS; again++) shown = await ask();
  return shown.vehicles.find((each) => each.vehicle_id === vehicle_id)?.price;
}

/**
 * Everything is asked, all sleep while the best listing becomes dearer, and the first answer of each shows the new
 * price.
 */
async function sleepThroughAChange(lab: Lab): Promise<void> {
  for (const { ask } of state.idle) await ask();
  const [best] = (await state.idle[0]?.ask())?.vehicles ?? [];
  if (best === undefined) throw new Error('The repeated question finds nothing');
  const before = best.price ?? 0;
  const all = [...lab.handlers, ...state.idle.map(({ process }) => process)];
  for (const each of all) each.signal('SIGSTOP');
  await priced(lab, best, before + 1);
  await sleep(FROZEN_MS);
  for (const idle of state.idle) {
    idle.process.signal('SIGCONT');
    const price = await firstPrice(idle, best);
    if (price !== before + 1) state.stale.push(`${idle.kind} showed ${price ?? 'nothing'}`);
  }
  await priced(lab, best, before);
  // What is compared next is of the first catalogue again.
  await sleep(FROZEN_MS);
  for (const each of lab.handlers) each.signal('SIGCONT');
}

/** Processes that nobody asks: between two requests a Lambda environment does not run at all. */
export const IDLE_FAULTS: readonly Fault[] = [
  {
    name: 'idle-process',
    what: 'processes frozen (SIGSTOP) while another catalogue is published: their first answer is of that one',
    mostRequests: 400,
    begin: startIdle,
    meanwhile: async (lab, between) => {
      await between(() => sleepThroughAChange(lab));
      await sleep(500);
    },
    end: async () => {
      await Promise.all(state.idle.map(({ process }) => process.stop()));
    },
    check: () => Promise.resolve(state.stale.length > 0 ? `old prices: ${state.stale.join('; ')}` : undefined),
  },
];
