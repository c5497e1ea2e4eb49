import { readFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { primariesOf } from '../engines/cluster-roles';
import type { LocalCluster } from '../engines/valkey-cluster';
import type { ValkeyNode } from '../engines/valkey-node';
import { countSurvivors, letPeopleSpeak, type Ask, type Survivors } from './people';
import { apiEvent } from '../local-stage/api-event';
import type { Figures } from '../text/table';
import { percentile } from '../bench/bench-messages';

/** Half of them are forgotten, all with ids of two digits: so none is found in another. */
const PEOPLE = 100;
const SEARCH = 'budgetMin=2500&budgetMax=3200';

export interface ForgettingFigures {
  forgotten: number;
  /** Keys that name those who were forgotten, or their sessions: before and after. */
  keysBefore: number;
  keysAfter: number;
  /** Their ids and those of their sessions in the snapshots of all primaries, in whichever key or value. */
  idsInSnapshots: number;
  medianMs: number;
  /** Those who were not forgotten, and what of them is still there. */
  others: number;
  kept: Survivors;
}

/** Lets people say something, forgets half of them, and looks for what is left of these. @throws Error if one stays */
export async function measureForgetting(ask: Ask, cluster: LocalCluster): Promise<ForgettingFigures> {
  const people = await letPeopleSpeak(ask, PEOPLE);
  for (const { userId } of people) await ask(apiEvent('GET', `/v1/users/${userId}/recommendations`, undefined, SEARCH));
  const [others, forgotten] = [people.slice(0, PEOPLE / 2), people.slice(PEOPLE / 2)];
  const ids = forgotten.flatMap(({ userId, sessionId }) => [userId, sessionId]);
  const primaries = await primariesOf(cluster);
  const keysOfThem = async () => {
    const keys = await Promise.all(primaries.map((node) => node.ask('KEYS', '*')));
    return (keys as string[][]).flat().filter((key) => ids.some((id) => key.includes(id))).length;
  };
  const keysBefore = await keysOfThem();
  const took: number[] = [];
  for (const { userId } of forgotten) {
    const start = performance.now();
    const { statusCode, body } = await ask(apiEvent('DELETE', `/v1/users/${userId}`));
    if (statusCode !== 200) throw new Error(`A person was not forgotten: ${statusCode} ${body}`);
    took.push(performance.now() - start);
  }
  const saved = await Promise.all(primaries.map(snapshotOf));
  return {
    forgotten: forgotten.length,
    keysBefore,
    keysAfter: await keysOfThem(),
    idsInSnapshots: ids.filter((id) => saved.some((each) => each.includes(id))).length,
    medianMs: percentile(took, 0.5),
    others: others.length,
    kept: await countSurvivors(ask, others),
  };
}

/** Without compression, so that every text stands in it as it is. */
async function snapshotOf(node: ValkeyNode): Promise<Buffer> {
  await node.ask('CONFIG', 'SET', 'rdbcompression', 'no');
  await node.ask('SAVE');
  const [, folder = ''] = (await node.ask('CONFIG', 'GET', 'dir')) as string[];
  return readFileSync(path.join(folder, 'dump.rdb'));
}

/** One row a figure. */
export function forgettingTable(figures: ForgettingFigures): Figures {
  const { forgotten, keysBefore, keysAfter, idsInSnapshots, medianMs, others, kept } = figures;
  const { sessions, chats, preferences } = kept;
  return {
    head: [`${forgotten} people are forgotten, ${others} are not`, ''],
    rows: [
      ['keys that name the former or their sessions, before', String(keysBefore)],
      ['after', String(keysAfter)],
      ['ids of theirs in snapshots taken after, keys and values', String(idsInSnapshots)],
      ['one `DELETE /v1/users/{userId}`, median', `${medianMs.toFixed(1)} ms`],
      ['of the latter, sessions, chats and preferences kept', `${sessions}, ${chats}, ${preferences}`],
    ],
  };
}
