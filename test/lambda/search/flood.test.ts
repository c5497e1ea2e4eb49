import {
  createConversationFunction,
  type ConversationFunction,
} from '../../../lambda/conversation/conversation-function';
import { TTL } from '../../../lambda/contract/keys';
import { createSearchFunction, type SearchFunction } from '../../../lambda/search/search-function';
import { writeAnswer } from '../../../lambda/search/stored-answer';
import { RequestContext } from '../../../lambda/telemetry/request';
import { parseInfo } from '../../../lambda/valkey/info';
import { ValkeyClient } from '../../../lambda/valkey/client';
import { createWarmUpFunction, type WarmUpFunction } from '../../../lambda/warm-up/warm-up-function';
import { countSurvivors, letPeopleSpeak, type Ask, type Person } from '../../../lib/tools/faults/people';
import { search, startEngines, type Engines } from '../../support/engines';

const PEOPLE = 150;
/** What each node has beyond what it holds when memory becomes short. */
const ROOM_BYTES = 2_000_000;

let engines: Engines;
let warmUp: WarmUpFunction;
let searching: SearchFunction;
let conversation: ConversationFunction;
let people: Person[];
let memoryBytes: number;

const ask: Ask = (event) => conversation.handler(event);

async function infos(section: string): Promise<Record<string, string>[]> {
  return (await engines.cluster.everywhere('INFO', section)).map((text) => parseInfo(String(text)));
}

async function evictions(): Promise<number> {
  return (await infos('stats')).reduce((sum, { evicted_keys: keys }) => sum + Number(keys), 0);
}

beforeAll(async () => {
  engines = await startEngines(1_000);
  warmUp = createWarmUpFunction(engines.env('warm-up'));
  await warmUp.handler({});
  searching = await createSearchFunction(engines.env('search'));
  conversation = await createConversationFunction(engines.env('conversation'));
  people = await letPeopleSpeak(ask, PEOPLE);
  memoryBytes = 0;
  for (const node of engines.cluster.nodes) {
    const most = Number(parseInfo(String(await node.ask('INFO', 'memory'))).used_memory) + ROOM_BYTES;
    await node.ask('CONFIG', 'SET', 'maxmemory', most);
    memoryBytes += most;
  }
});

afterAll(async () => {
  await Promise.all([searching.close(), conversation.close(), warmUp.close()]);
  await engines.stop();
});

const EVERYBODY = { sessions: 150, chats: 150, preferences: 150 };
let next = 0;
/** A question that nobody has asked, with as many listings as a page may have. */
const anotherQuery = () => `budgetMin=100&budgetMax=${10_000 + next++}&limit=100`;

test('a flood of ten times the memory through the handlers evicts nothing that people said, no catalogue', async () => {
  const catalogue = await catalogueKeys();
  let poured = 0;
  while (poured < 10 * memoryBytes) {
    const answer = await searching.handler(search(anotherQuery()));
    expect(answer.statusCode).toBe(200);
    poured += answer.body.length;
  }
  expect(await countSurvivors(ask, people)).toEqual(EVERYBODY);
  expect(await catalogueKeys()).toEqual(catalogue);
  expect(await evictions()).toBe(0);
});

test('what is asked again is stored even then, and found', async () => {
  const query = anotherQuery();
  const ask = async () => (await searching.handler(search(query))).headers?.['x-cache'];
  expect(await ask()).not.toBe('hit');
  // A machine that is busy may let a deadline pass.
  for (let tries = 0; (await ask()) !== 'hit'; tries++) expect(tries).toBeLessThan(10);
});

/** Stores answers whether there is room or not. */
async function pour(bytes: number): Promise<void> {
  const valkey = ValkeyClient.fromEnvironment(engines.env('search'), { commandTimeoutMs: 20_000 });
  const body = 'x'.repeat(5_000);
  try {
    for (let poured = 0; poured < bytes; poured += 100 * body.length) {
      const commands = Array.from({ length: 100 }, () => writeAnswer(`search:flood-${next++}`, body, TTL.search));
      await valkey.all(new RequestContext(60_000), commands);
    }
  } finally {
    valkey.close();
  }
}

/**
 * Of the 150 of each kind. Valkey evicts by samples: where answers are stored without looking for room, a session can
 * be drawn.
 */
async function leastSurvivors(): Promise<number> {
  const { sessions, chats, preferences } = await countSurvivors(ask, people);
  return Math.min(sessions, chats, preferences);
}

test('where every answer is stored, answers are evicted, and next to nothing else', async () => {
  const catalogue = await catalogueKeys();
  await pour(3 * memoryBytes);
  expect(await evictions()).toBeGreaterThan(1_000);
  expect(await leastSurvivors()).toBeGreaterThanOrEqual(140);
  expect(await catalogueKeys()).toEqual(catalogue);
});

test('a warm-up that writes everything anew publishes while memory is full', async () => {
  // What it sends at once is small beside a node's memory; here it is not, unless there is more of that.
  for (const node of engines.cluster.nodes) {
    const [, most] = (await node.ask('CONFIG', 'GET', 'maxmemory')) as [string, string];
    await node.ask('CONFIG', 'SET', 'maxmemory', Number(most) + 8_000_000);
  }
  await pour(2 * (memoryBytes + 24_000_000));
  const before = await evictions();
  expect(await warmUp.handler({ force: true })).toMatchObject({ outcome: 'unchanged', tableRead: true });
  expect(await evictions()).toBeGreaterThan(before);
  expect(await leastSurvivors()).toBeGreaterThanOrEqual(140);
});

/** Everything of the catalogue that is there, with the size of its hashes. */
async function catalogueKeys(): Promise<string[]> {
  const found: string[] = [];
  for (const node of engines.cluster.nodes) {
    for (const key of (await node.ask('KEYS', 'index:*')) as string[]) found.push(key);
    for (const key of (await node.ask('KEYS', 'listing:*')) as string[])
      found.push(`${key} ${String(await node.ask('HLEN', key))}`);
  }
  return found.sort();
}
