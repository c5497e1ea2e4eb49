import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { ENV } from '../../../../lambda/contract/environment';
import { parseInfo } from '../../../../lambda/valkey/info';
import { searchEvent } from '../../local-stage/api-event';
import { primariesOf } from '../../engines/cluster-roles';
import type { ValkeyNode } from '../../engines/valkey-node';
import type { LocalFunction } from '../../local-stage/local-function';
import { thousands } from '../../text/thousands';
import type { Fault } from '../lab/fault';
import type { Lab } from '../lab/lab';
import { countSurvivors, letPeopleSpeak, type Ask, type Person, type Survivors } from '../people';

/** Enough for one that is lost to be seen; a test of the search has 150. */
const PEOPLE = 50;
/** What a node may hold, as a multiple of what it holds before the flood. */
const ROOM = 1.4;
/**
 * Answers that are poured in, as a multiple of what is free; a test of the search pours in ten times the whole memory.
 */
const POURED = 10;
const FLOODERS = 2;
/** The share of its memory that a node must reach, or the flood has proved nothing. */
const LEAST_FULL = 0.75;
/** Bytes. A backlog grows with what is written, counts as memory, and would hide how little an answer may take. */
const SMALL_BACKLOG = 262_144;

const state = {
  conversation: undefined as LocalFunction | undefined,
  flooders: [] as LocalFunction[],
  people: [] as Person[],
  catalogue: '',
  backlog: '',
  freeBytes: 0,
  pouredBytes: 0,
  evictedBefore: 0,
  evicted: 0,
  leastFull: 0,
  refused: 0,
  question: 0,
  survivors: undefined as Survivors | undefined,
  catalogueKept: false,
};

const ask: Ask = async (event) => (await state.conversation?.invoke(event)) as APIGatewayProxyResult;

const info = async (node: ValkeyNode, section: string) => parseInfo(String(await node.ask('INFO', section)));

async function evictedOf(nodes: readonly ValkeyNode[]): Promise<number> {
  const all = await Promise.all(nodes.map((node) => info(node, 'stats')));
  return all.reduce((sum, { evicted_keys: keys }) => sum + Number(keys), 0);
}

/** Everything of the catalogue that is there, with the size of its hashes. */
async function catalogueOf(nodes: readonly ValkeyNode[]): Promise<string> {
  const found: string[] = [];
  for (const node of nodes) {
    found.push(...((await node.ask('KEYS', 'index:*')) as string[]));
    for (const key of (await node.ask('KEYS', 'listing:*')) as string[])
      found.push(`${key} ${String(await node.ask('HLEN', key))}`);
  }
  return found.sort().join('\n');
}

async function prepare(lab: Lab): Promise<void> {
  const searching = { [ENV.listingMemoryBytes]: '0' };
  state.conversation = await lab.cold('conversation');
  state.flooders = await Promise.all(Array.from({ length: FLOODERS }, () => lab.cold('search', searching)));
  state.people = await letPeopleSpeak(ask, PEOPLE);
}

async function begin(lab: Lab): Promise<void> {
  const primaries = await primariesOf(lab.cluster);
  state.backlog = ((await primaries[0]?.ask('CONFIG', 'GET', 'repl-backlog-size')) as string[])[1] ?? '';
  await lab.cluster.everywhere('CONFIG', 'SET', 'repl-backlog-size', SMALL_BACKLOG);
  Object.assign(state, { freeBytes: 0, pouredBytes: 0, refused: 0 });
  state.catalogue = await catalogueOf(primaries);
  state.evictedBefore = await evictedOf(primaries);
  for (const node of primaries) {
    const used = Number((await info(node, 'memory')).used_memory);
    await node.ask('CONFIG', 'SET', 'maxmemory', Math.round(used * ROOM));
    state.freeBytes += used * (ROOM - 1);
  }
}

/** Questions that nobody repeats, with as many listings as a page may have. */
async function pour(): Promise<void> {
  const fill = async (flooder: LocalFunction) => {
    while (state.pouredBytes < POURED * state.freeBytes) {
      const event = searchEvent({ budgetMin: 100, budgetMax: 10_000 + state.question++, limit: 100 });
      const { statusCode, body } = (await flooder.invoke(event)) as APIGatewayProxyResult;
      if (statusCode !== 200) state.refused++;
      state.pouredBytes += body.length;
    }
  };
  await Promise.all([sleep(20), ...state.flooders.map(fill)]);
}

async function end(lab: Lab): Promise<void> {
  const primaries = await primariesOf(lab.cluster);
  const memories = await Promise.all(primaries.map((node) => info(node, 'memory')));
  state.leastFull = Math.min(...memories.map(({ used_memory: used, maxmemory }) => Number(used) / Number(maxmemory)));
  state.evicted = (await evictedOf(primaries)) - state.evictedBefore;
  await lab.cluster.everywhere('CONFIG', 'SET', 'maxmemory', 0);
  await lab.cluster.everywhere('CONFIG', 'SET', 'repl-backlog-size', state.backlog);
  await Promise.all(state.flooders.map((each) => each.stop()));
}

async function check(lab: Lab): Promise<string | undefined> {
  state.survivors = await countSurvivors(ask, state.people);
  state.catalogueKept = (await catalogueOf(await primariesOf(lab.cluster))) === state.catalogue;
  await state.conversation?.stop();
  const lost = Object.entries(state.survivors).filter(([, count]) => count < PEOPLE);
  const wrong = [
    ...lost.map(([kind, count]) => `${PEOPLE - Number(count)} of ${PEOPLE} ${kind} are lost`),
    ...(state.catalogueKept ? [] : ['parts of the catalogue were pushed out']),
    ...(state.refused > 0 ? [`${state.refused} searches of the flood got no answer`] : []),
    ...(state.pouredBytes < POURED * state.freeBytes ? ['less than ten times the free memory was poured in'] : []),
    ...(state.leastFull < LEAST_FULL ? [`a node was only ${Math.round(state.leastFull * 100)} % full`] : []),
  ];
  return wrong.join('; ') || undefined;
}

function notes(): string {
  const { survivors, catalogueKept, evicted, pouredBytes, freeBytes } = state;
  const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
  const kept = Object.entries(survivors ?? {}).map(([kind, count]) => `${count} ${kind}`);
  return (
    `${megabytes(pouredBytes)} poured into ${megabytes(freeBytes)} that were free: ${thousands(evicted)} keys ` +
    `evicted; of ${PEOPLE} each ${kept.join(', ')} kept; index and listings ${catalogueKept ? 'whole' : 'in part'}`
  );
}

/** What one caller asks against what others have said. */
export const FLOOD_FAULTS: readonly Fault[] = [
  {
    name: 'flood',
    what: 'memory short, and ten times what is free of answers that nobody asks for again',
    prepare,
    begin,
    meanwhile: pour,
    end,
    check,
    notes,
  },
];
