import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Listing } from '../../../lambda/rules/listing';
import { setPrice } from '../example-data/vehicles-table';
import type { LocalFunction } from '../local-stage/local-function';
import { apiEvent, searchEvent } from '../local-stage/api-event';
import { answerOf, found, foundInSession, recommended, type Shown } from './answers';
import { REPEATED, repeated } from './questions';

const PERSON = 'fresh-person';
/** Between two questions of the same kind, ms. */
const PAUSE_MS = 20;
/** What a change may take before the measurement fails, ms. */
const MOST_MS = 120_000;

/** One kind of answer that is made of the catalogue, and the process that is asked for it. */
interface Kind {
  name: string;
  ask: () => Promise<Shown>;
}

/** Seconds from a commit to the first answer that shows it, by kind; one number a change. */
export type FreshnessFigures = Record<string, number[]>;

/** @param bare a process of search without memory; the others have it. */
export async function kindsOf(
  bare: LocalFunction,
  search: LocalFunction,
  conversation: LocalFunction,
): Promise<Kind[]> {
  const [best] = (await found(bare, repeated())).vehicles;
  const signals = { signals: [{ id: 'fresh', type: 'contacted', vehicle: best }] };
  await answerOf(conversation, apiEvent('POST', `/v1/users/${PERSON}/signals`, signals));
  let asked = 0;
  const another = () => searchEvent({ ...REPEATED, limit: 21 + (asked++ % 79) });
  return [
    { name: 'stored answer', ask: () => found(bare, repeated()) },
    { name: 'new search', ask: () => found(bare, another()) },
    { name: 'memory', ask: () => found(search, repeated()) },
    { name: "session's question", ask: () => foundInSession(conversation, PERSON) },
    { name: 'plain recommendations', ask: () => recommended(conversation, 'fresh-stranger') },
    { name: 'personal recommendations', ask: () => recommended(conversation, PERSON) },
  ];
}

/**
 * Raises the price of the listing that stands first so many times, and waits each time until every kind of answer shows
 * it.
 */
export async function measureFreshness(
  ownerUrl: string,
  kinds: readonly Kind[],
  changes: number,
  afterEach: (slowest: number) => void,
): Promise<FreshnessFigures> {
  const figures: FreshnessFigures = Object.fromEntries(kinds.map(({ name }) => [name, []]));
  for (let i = 0; i < changes; i++) {
    const [best] = (await kinds[0]?.ask())?.vehicles ?? [];
    if (best === undefined) throw new Error('The repeated question finds nothing');
    const price = (best.price ?? 0) + 1;
    await setPrice(ownerUrl, best.vehicle_id, price);
    const committed = performance.now();
    const seconds = await Promise.all(kinds.map((kind) => untilShown(kind, best, price, committed)));
    kinds.forEach(({ name }, at) => figures[name]?.push(seconds[at] ?? NaN));
    afterEach(Math.max(...seconds));
  }
  return figures;
}

async function untilShown({ name, ask }: Kind, { vehicle_id }: Listing, price: number, since: number): Promise<number> {
  for (;;) {
    const { vehicles } = await ask();
    const passed = performance.now() - since;
    if (vehicles.find((each) => each.vehicle_id === vehicle_id)?.price === price) return passed / 1_000;
    if (passed > MOST_MS)
      throw new Error(`After ${MOST_MS / 1_000} s no answer of the kind "${name}" shows the change.`);
    await sleep(PAUSE_MS);
  }
}
