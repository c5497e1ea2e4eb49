import { setTimeout as sleep } from 'node:timers/promises';
import slotOf from 'cluster-key-slot';
import { preferenceKeys, sessionKeys } from '../../../lambda/contract/keys';
import { createEventsFunction, type EventsFunction } from '../../../lambda/events/events-function';
import { call, type Answer, type Options } from '../../support/api';
import { loseWhatIsNotReplicated } from '../../support/lost-writes';
import { SessionApi } from './sessions/api';

const api = new SessionApi();
let events: EventsFunction;

beforeAll(() => {
  events = createEventsFunction(api.engines.env('events'));
});
afterAll(() => events.close());

const since = (id: string, after: number): Promise<Answer> =>
  call(events.handler, 'GET', `/v1/sessions/${id}/events`, { query: `after=${after}&waitMs=0` });

/** As a client does it, until a primary answers. */
async function insist(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (answer.status !== 503) return answer;
    await sleep(100);
  }
}

/** Shards of the cluster, each with a third of the slots. */
const shardOf = (key: string) => Math.floor((slotOf(key) * 3) / 16_384);

test('a version that a failover has lost fits nothing that is written afterwards', async () => {
  const id = await api.begin();
  const [session] = sessionKeys(id);
  const inShard = (user: string) => shardOf(preferenceKeys(user)[0]) === shardOf(session);
  const user = Array.from({ length: 100 }, (_, i) => `han-${i}`).find(inShard) ?? '';
  const write = (body: unknown, options: Options = {}) => insist(() => api.patch(id, 'concierge', body, options));
  const prefer = (value: string, headers = {}) => {
    const weights = [{ attribute: 'manufacturer', value, weight: 1 }];
    return insist(() => api.ask('PUT', `/v1/users/${user}/preferences`, { body: { weights }, headers }));
  };
  expect((await write({ kept: 1 })).body).toMatchObject({ version: 2, durable: true });
  expect((await prefer('기아')).body.durable).toBe(true);
  const lost: Answer[] = [];
  await loseWhatIsNotReplicated(api.engines.cluster, session, async () => {
    lost.push(await write({ seen: 'and lost' }), await prefer('현대'));
  });
  expect(lost.map(({ body }) => body.durable)).toEqual([false, false]);
  expect(lost[0]?.body.version).toBe(3);
  for (const { status } of [await write({ another: 'history' }), await prefer('볼보')]) expect(status).toBe(200);
  expect((await api.read(id)).agentStates).toMatchObject({ concierge: { kept: 1, another: 'history' } });

  // Whoever has seen a lost version is told so, wherever it is named.
  expect((await prefer('아우디', { 'If-Match': `"${lost[1]?.body.version}"` })).status).toBe(412);
  expect((await write({ seen: 'decided on it' }, { headers: { 'If-Match': '"3"' } })).status).toBe(412);
  expect((await insist(() => since(id, 3))).status).toBe(410);
  expect((await write({ next: 1 }, { query: 'after=3' })).body.events).toBeUndefined();
  // Whoever has not goes on, and misses nothing.
  const { body } = await since(id, 2);
  expect(body.events.map(({ data }) => data)).toEqual([{ another: 'history' }, { next: 1 }]);
  const again = await write({ next: 2 }, { query: 'after=2', headers: { 'If-Match': `"${body.version}"` } });
  expect(again.body.version).toBe(body.version + 1);
  expect(again.body.events.map(({ data }) => data)).toEqual([{ another: 'history' }, { next: 1 }, { next: 2 }]);
  expect((await since(id, 0)).body.events).toHaveLength(5);
});

test('where a primary does not tell its lineage, writes go on', async () => {
  const { cluster } = api.engines;
  const may = (how: string) => cluster.everywhere('ACL', 'SETUSER', 'conversation', how);
  await may('-info');
  try {
    const id = await api.begin();
    expect(await api.patch(id, 'concierge', { n: 1 })).toMatchObject({ status: 200, body: { version: 2 } });
  } finally {
    await may('+info');
  }
});
