import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { repeated } from '../questions';
import { answerParent } from '../answer-parent';
import { WATCHED_MS } from './figures';
import { openWay, type PeerInput, type WayName } from './ways';

export type ChangeInput = PeerInput & { way: WayName };

/** A listing as an answer shows it. */
export interface Shown {
  vehicleId: number;
  price: number;
}

export interface ChangeResult {
  asked: number;
  /** Answers that did not know the change. */
  stale: number;
  /** From the commit until every answer knew it, ms; null if the last one did not. */
  agreedMs: number | null;
}

/** Between two questions, ms. */
const PAUSE_MS = 50;

/**
 * One process of several that ask the same question while the table changes: before, then for so long after the commit.
 */
async function main({ way: name, ...input }: ChangeInput): Promise<ChangeResult> {
  const way = await openWay(name, input);
  const ask = async () => (await way.handler(repeated())).body;
  const [first] = shownIn(await ask());
  process.send?.({ result: first });
  const [changed] = (await once(process, 'message')) as [Shown];
  const committed = performance.now();
  const result: ChangeResult = { asked: 0, stale: 0, agreedMs: null };
  while (performance.now() - committed < WATCHED_MS) {
    const shown = shownIn(await ask());
    const knows = shown.some(({ vehicleId, price }) => vehicleId === changed.vehicleId && price === changed.price);
    result.asked++;
    if (!knows) {
      result.stale++;
      result.agreedMs = null;
    } else result.agreedMs ??= Math.round(performance.now() - committed);
    await sleep(PAUSE_MS);
  }
  await way.close();
  return result;
}

/** @param body an answer, or the beginning of one. */
function shownIn(body: string): Shown[] {
  const listings = body.match(/\{[^{}]*\}/g) ?? [];
  const number = (listing: string, name: string) => Number(new RegExp(`"${name}":(\\d+)`).exec(listing)?.[1]);
  return listings.map((each) => ({ vehicleId: number(each, 'vehicle_id'), price: number(each, 'price') }));
}

answerParent(main);
