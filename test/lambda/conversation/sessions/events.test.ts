import { setTimeout as sleep } from 'node:timers/promises';
import { sessionKeys } from '../../../../lambda/contract/keys';
import { PeopleKey } from '../../../../lambda/contract/people-key';
import { createEventsFunction, type EventsFunction } from '../../../../lambda/events/events-function';
import { LIMITS } from '../../../../lambda/conversation/sessions/limits';
import { SessionStore } from '../../../../lambda/conversation/sessions/session-store';
import { RequestContext } from '../../../../lambda/telemetry/request';
import { ValkeyClient } from '../../../../lambda/valkey/client';
import { LocalCluster } from '../../../../lib/tools/engines/valkey-cluster';
import { call, type Answer } from '../../../support/api';

let cluster: LocalCluster;
let valkey: ValkeyClient;
let sessions: SessionStore;
let events: EventsFunction;
let other: EventsFunction;

beforeAll(async () => {
  cluster = await LocalCluster.start();
  valkey = ValkeyClient.fromEnvironment(cluster.environment('conversation'));
  sessions = new SessionStore(valkey, new PeopleKey(cluster.peopleKey));
  events = createEventsFunction({ ...cluster.environment('events'), MOST_ENVIRONMENTS: '5' });
  other = createEventsFunction(cluster.environment('events'));
});

afterAll(async () => {
  events.close();
  other.close();
  valkey.close();
  await cluster.stop();
});

async function begin(): Promise<string> {
  const created = await sessions.create({ userId: 'kim', question: '?', context: {} }, undefined, new RequestContext());
  return created.sessionId ?? '';
}
async function write(id: string, data: unknown): Promise<void> {
  const conditions = { idempotencyKey: undefined, ifMatch: undefined, after: undefined };
  await sessions.write(id, { type: 'needs', steps: [], data }, conditions, new RequestContext());
}
const since = (id: string, after: number, waitMs = 0): Promise<Answer> =>
  call(events.handler, 'GET', `/v1/sessions/${id}/events`, { query: `after=${after}&waitMs=${waitMs}` });

test('events follow each other without a gap, each with its version; nothing waits while there are some', async () => {
  const id = await begin();
  for (let i = 0; i < 5; i++) await write(id, { i });
  const all = await since(id, 0, 5_000);
  expect(all.body.events.map(({ version, type, data }) => [version, type, data])).toEqual([
    [1, 'created', { question: '?' }],
    ...[0, 1, 2, 3, 4].map((i) => [i + 2, 'needs', { i }]),
  ]);
  expect(all.body.version).toBe(6);
  expect((await since(id, 6)).body).toMatchObject({ version: 6, events: [] });
});

test('who waits is told of the next write; who waits in vain gets an empty list', async () => {
  const id = await begin();
  const waiting = since(id, 1, 5_000);
  await sleep(50);
  await write(id, { a: 1 });
  expect((await waiting).body).toMatchObject({ version: 2, events: [{ version: 2, data: { a: 1 } }] });
  expect(await since(id, 2, 50)).toMatchObject({ status: 200, body: { version: 2, events: [] } });
});

test('a wait on a connection that has died begins again on another', async () => {
  const id = await begin();
  expect((await since(id, 1, 1)).status).toBe(200);
  await cluster.everywhere('CLIENT', 'KILL', 'TYPE', 'normal', 'USER', 'events');
  // The client's other connections died too, and come back by themselves.
  while ((await since(id, 1)).status !== 200) await sleep(20);
  const waiting = since(id, 1, 5_000);
  await sleep(100);
  await write(id, {});
  expect(await waiting).toMatchObject({ status: 200, body: { version: 2 } });
});

test('what is no longer kept is 410, and names from where on; no session is 404', async () => {
  const id = await begin();
  for (let i = 0; i < LIMITS.events + 1; i++) await write(id, {});
  expect(await since(id, 0)).toMatchObject({
    status: 410,
    body: { detail: expect.stringContaining('version 3') as string },
  });
  expect((await since(id, 1)).status).toBe(410);
  expect((await since(id, 2)).body.events).toHaveLength(LIMITS.eventsInAnswer);
  expect((await since('nobody', 0)).status).toBe(404);
});

test('a write gives the oldest of many events, and from the last of them the others are read', async () => {
  const id = await begin();
  for (let i = 0; i < LIMITS.eventsInAnswer; i++) await write(id, {});
  const conditions = { idempotencyKey: undefined, ifMatch: undefined, after: 0 };
  const written = await sessions.write(id, { type: 'needs', steps: [], data: {} }, conditions, new RequestContext());
  const last = LIMITS.eventsInAnswer;
  expect(written).toMatchObject({ version: last + 2 });
  expect((written as { events: { version: number }[] }).events.map(({ version }) => version)).toEqual(
    Array.from({ length: last }, (_, i) => i + 1),
  );
  expect((await since(id, last)).body.events.map(({ version }) => version)).toEqual([last + 1, last + 2]);
});

test('a version that the session has not is told at once; no number of a version is 400', async () => {
  const id = await begin();
  await write(id, {});
  for (const after of [3, 1_795_703_737_644, 99_999_999_999_999]) {
    for (const waitMs of [0, 5_000]) {
      expect(await since(id, after, waitMs)).toMatchObject({
        status: 410,
        body: {
          detail:
            `The session has version 2 and none ${after}: a failover has lost it, or it never was. ` +
            'Read the session and go on from its version.',
        },
      });
    }
  }
  for (const after of [100_000_000_000_000, -1, 1.5, NaN]) expect((await since(id, after)).status).toBe(400);
  expect((await since(id, 2, 1)).status).toBe(200);
});

test('events that were evicted are 410, not an empty list, and the session’s version goes on', async () => {
  const id = await begin();
  await write(id, {});
  const stream = sessionKeys(id)[1];
  expect(await cluster.onKey('DEL', stream)).toBe(1);
  for (const after of [0, 1]) {
    expect(await since(id, after, 5_000)).toMatchObject({
      status: 410,
      body: { detail: expect.stringContaining('from version 3 on') as string },
    });
  }
  expect(await since(id, 2)).toMatchObject({ status: 200, body: { version: 2, events: [] } });
});

const onKey = (...command: [string, ...string[]]) => Promise.any(cluster.nodes.map((node) => node.ask(...command)));

test.each([
  ['its events', 1],
  ['its requests', 2],
])('a session that lost %s goes on, and what its events hold is known', async (_, part) => {
  const id = await begin();
  const keys = sessionKeys(id);
  for (let i = 0; i < 69; i++) await write(id, 'x'.repeat(15_000));
  expect(await onKey('DEL', keys[part] ?? '')).toBe(1);
  for (let i = 0; i < 3; i++) await write(id, 'x'.repeat(15_000));
  expect((await since(id, 70)).body.events.map(({ version }) => version)).toEqual([71, 72, 73]);
  const entries = (await onKey('XRANGE', keys[1], '-', '+')) as [string, string[]][];
  const held = entries.flatMap(([, fields]) => fields).join('').length;
  expect(Number(await onKey('HGET', keys[2], 'eventBytes'))).toBe(held);
  expect(held).toBeLessThanOrEqual(LIMITS.eventBytes);
});

test('a session’s events are kept within their bytes', async () => {
  const id = await begin();
  for (let i = 0; i < 100; i++) await write(id, 'x'.repeat(15_000));
  const oldest = /version (\d+)/.exec(String((await since(id, 0)).body.detail))?.[1];
  const bytes = await cluster.onKey('HGET', sessionKeys(id)[2], 'eventBytes');
  expect(Number(bytes)).toBeLessThanOrEqual(LIMITS.eventBytes);
  expect(Number(bytes)).toBeGreaterThan(LIMITS.eventBytes - 20_000);
  expect(Number(oldest)).toBe(33);
});

test('while Valkey is away it is 503, with Retry-After', async () => {
  const alone = createEventsFunction({ ...cluster.environment('events'), VALKEY_ENDPOINT: '127.0.0.1:1' });
  const answer = await call(alone.handler, 'GET', '/v1/sessions/any/events', { query: 'after=0' });
  alone.close();
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
});

test('a short wait does not end the count of the longer ones', async () => {
  const [long, short] = [await begin(), await begin()];
  // Another process: in one, waits at the same node stand in a row.
  const waiting = call(other.handler, 'GET', `/v1/sessions/${long}/events`, { query: 'after=1&waitMs=5000' });
  const waits = async () => ((await onKey('ZRANGE', 'waits:{all}', '0', '-1', 'WITHSCORES')) as string[]).slice(-1);
  let [until] = await waits();
  while (until === undefined) {
    await sleep(10);
    [until] = await waits();
  }
  expect((await since(short, 1, 1)).status).toBe(200);
  expect(Number(await onKey('PEXPIRETIME', 'waits:{all}'))).toBeGreaterThanOrEqual(Number(until));
  await write(long, {});
  expect((await waiting).status).toBe(200);
});

test('four waits of one caller leave room for others and reads; each limit is named, ends with its waits', async () => {
  const ids = [await begin(), await begin(), await begin()];
  const [one = '', two = '', three = ''] = ids;
  const by = (caller: string, id: string, waitMs = 5_000): Promise<Answer> => {
    const identity = { userArn: `arn:aws:sts::1:assumed-role/${caller}/${Math.random()}` };
    const handler: typeof events.handler = (event) =>
      events.handler({ ...event, requestContext: { identity } as unknown as typeof event.requestContext });
    return call(handler, 'GET', `/v1/sessions/${id}/events`, { query: `after=1&waitMs=${waitMs}` });
  };
  const counted = (key: string) => cluster.onKey('ZCARD', key);
  const waiting = async (count: number) => {
    while ((await counted('waits:{all}')) !== count) await sleep(10);
  };
  // Of five environments four may wait, three of them for one caller, whatever its sessions are called.
  const waits = [by('agents', one), by('agents', one), by('agents', two)];
  await waiting(3);
  const refused = await by('agents', three);
  expect([refused.status, refused.headers['retry-after'], refused.body.detail]).toEqual([
    429,
    '1',
    expect.stringContaining('of this caller'),
  ]);
  waits.push(by('web', three));
  await waiting(4);
  expect(await by('web', three)).toMatchObject({
    status: 429,
    body: { detail: expect.stringMatching(/^So many requests wait for events that/) as string },
  });
  for (const id of ids) expect((await by('agents', id, 0)).status).toBe(200);
  for (const id of ids) await write(id, {});
  expect((await Promise.all(waits)).map(({ status, body }) => [status, body.events.length])).toEqual(
    waits.map(() => [200, 1]),
  );
  await waiting(0);
});
