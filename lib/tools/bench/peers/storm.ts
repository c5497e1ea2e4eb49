import { measureTogether } from '../worker';
import { STORM, STORM_PROCESSES, type PeerFigures } from './figures';
import type { StormInput, StormResult } from './storm-worker';
import type { PeerInput, WayName } from './ways';

/** New questions of a storm are numbered from here on, away from those of the turns. */
const FIRST_QUESTION = 500_000;
let storms = 0;

/** The same new question so many times at once, over cold processes. */
export async function storm(way: WayName, input: PeerInput): Promise<Pick<PeerFigures, 'stormQueries' | 'stormMs'>> {
  const question = FIRST_QUESTION + 10 * ++storms;
  const times = STORM / STORM_PROCESSES;
  const inputs = Array.from({ length: STORM_PROCESSES }, (_, i): StormInput => {
    return { ...input, way, times, question, before: question + 1 + i };
  });
  const results = await measureTogether<StormResult>('peers/storm-worker.ts', inputs, (_, go) => {
    go('go');
  });
  return {
    stormQueries: results.reduce((sum, { queries }) => sum + queries, 0),
    stormMs: Math.round(Math.max(...results.map(({ ms }) => ms))),
  };
}
