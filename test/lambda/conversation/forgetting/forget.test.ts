import slotOf from 'cluster-key-slot';
import { chatRoutes } from '../../../../lambda/conversation/chat/chat-routes';
import { ChatStore } from '../../../../lambda/conversation/chat/chat-store';
import {
  chatKeys,
  preferenceKeys,
  seenKey,
  sessionIndexKey,
  sessionKeys,
  tombstoneKey,
} from '../../../../lambda/contract/keys';
import { PeopleKey } from '../../../../lambda/contract/people-key';
import { PERSONAL_DATA } from '../../../../lambda/contract/personal-data';
import { forgetRoutes, type Memories } from '../../../../lambda/conversation/forgetting/forget-routes';
import { createRouter } from '../../../../lambda/http/router';
import { preferenceRoutes } from '../../../../lambda/conversation/preferences/preference-routes';
import { PreferenceStore } from '../../../../lambda/conversation/preferences/preference-store';
import { AnswerRoom } from '../../../../lambda/search/answer-room';
import { RecommendationStore } from '../../../../lambda/conversation/recommendations/recommendation-store';
import { SessionStore } from '../../../../lambda/conversation/sessions/session-store';
import { SessionTelemetry } from '../../../../lambda/conversation/sessions/session-telemetry';
import { Emitter } from '../../../../lambda/telemetry/emitter';
import { RequestContext } from '../../../../lambda/telemetry/request';
import { ValkeyClient } from '../../../../lambda/valkey/client';
import { Tombstones } from '../../../../lambda/valkey/tombstones';
import { LocalCluster } from '../../../../lib/tools/engines/valkey-cluster';
import { call } from '../../../support/api';

const remains = { snapshotDays: 3, auditDays: 731 };

let cluster: LocalCluster;
let valkey: ValkeyClient;
let memories: Memories;
let recommendations: RecommendationStore;
let people: PeopleKey;
let handler: ReturnType<typeof createRouter>;

beforeAll(async () => {
  cluster = await LocalCluster.start({ replicasPerPrimary: 1 });
  valkey = ValkeyClient.fromEnvironment(cluster.environment('conversation'));
  people = new PeopleKey(cluster.peopleKey);
  memories = memoriesOf(valkey);
  recommendations = new RecommendationStore(valkey, new AnswerRoom(valkey));
  const { chats, preferences } = memories;
  const telemetry = new SessionTelemetry(new Emitter());
  const routes = [
    ...chatRoutes({ chats, telemetry, remains }),
    ...preferenceRoutes(preferences),
    ...forgetRoutes(memories, remains),
  ];
  handler = createRouter(routes, () => undefined);
});

afterAll(async () => {
  valkey.close();
  await cluster.stop();
});

function memoriesOf(client: ValkeyClient): Memories {
  return {
    tombstones: new Tombstones(client, people),
    sessions: new SessionStore(client, people),
    chats: new ChatStore(client, people),
    preferences: new PreferenceStore(client),
  };
}

/** Names nobody: a write that fails while its person is forgotten may leave it. */
const markerOf = (user: string) => seenKey('chat', people.pseudonym('person', user));

const keysLeft = async () => {
  const found = await Promise.all(cluster.nodes.slice(0, 3).map((node) => node.ask('KEYS', '*')));
  return (found as string[][]).flat().sort();
};

async function begin(userId: string, idempotencyKey?: string): Promise<string> {
  const person = { userId, question: '?', context: {} };
  return (await memories.sessions.create(person, idempotencyKey, new RequestContext())).sessionId ?? '';
}

test('a person is forgotten whole, nobody else is, and it can be repeated', async () => {
  const say = async (userId: string) => {
    const messages = [{ id: 'a', role: 'user', content: 'a' }];
    expect((await call(handler, 'POST', `/v1/users/${userId}/chat`, { body: { messages } })).status).toBe(200);
    const signals = [{ id: 'a', type: 'liked', vehicle: { manufacturer: '기아' } }];
    const learned = await call(handler, 'POST', `/v1/users/${userId}/signals`, { body: { signals } });
    const kept = { version: learned.body.version, body: '{}' };
    await recommendations.keep(userId, 'question', kept, new RequestContext());
  };
  const other = await begin('lee');
  // More than one batch.
  for (let i = 0; i < 45; i++) await begin('kim');
  for (const userId of ['kim', 'lee']) await say(userId);
  // Five keys of each session, eight of each person.
  expect(await keysLeft()).toHaveLength(46 * 5 + 2 * 8);

  const forget = () => call(handler, 'DELETE', '/v1/users/kim');
  expect(await forget()).toMatchObject({ status: 200, body: { sessions: 45, durable: true, remains } });
  expect(await forget()).toMatchObject({ status: 200, body: { sessions: 0, durable: true } });
  const left = (await keysLeft()).filter(
    (key) => !key.includes('lee') && !key.includes(other) && key !== markerOf('lee'),
  );
  expect(left).toEqual([tombstoneKey(people.pseudonym('person', 'kim'))]);
  expect(left.join()).not.toContain('kim');
  // Without the secret of the stage nobody can try ids.
  expect(left).not.toContain(tombstoneKey(new PeopleKey('x'.repeat(32)).pseudonym('person', 'kim')));
  // The other person has lost nothing of what the table of personal data lists.
  const names = { lee: '<userId>', [other]: '<sessionId>', [people.pseudonym('person', 'lee')]: '<pseudonym>' };
  const kept = (await keysLeft()).map((key) =>
    Object.entries(names).reduce((text, [id, name]) => text.replace(id, name), key),
  );
  for (const pattern of PERSONAL_DATA.flatMap(({ keys }) => keys).filter((key) => !key.includes(':creation:')))
    expect(kept).toContain(pattern);
  expect(kept.filter((key) => key.startsWith('user:{<userId>}:creation:'))).toHaveLength(1);
});

test('what tells which request began a session is forgotten: its repetition begins another one', async () => {
  const id = await begin('park', 'key-1');
  expect((await call(handler, 'DELETE', '/v1/users/park')).body.sessions).toBe(1);
  expect((await keysLeft()).filter((key) => key.includes('park') || key.includes('key-1'))).toStrictEqual([]);
  const again = await begin('park', 'key-1');
  expect(await memories.sessions.read(id, new RequestContext())).toBeUndefined();
  expect(await memories.sessions.read(again, new RequestContext())).toMatchObject({ fields: { version: '1' } });
});

test.each([
  ['read', async (id: string) => (await memories.sessions.read(id, new RequestContext()))?.fields.version, '1'],
  [
    'write',
    async (id: string) => {
      const conditions = { idempotencyKey: undefined, ifMatch: undefined, after: undefined };
      const write = { type: 'needs', steps: [['need', '', '{}']], data: {} } as const;
      const { outcome } = await memories.sessions.write(id, write, conditions, new RequestContext());
      return outcome === 'missing' ? undefined : outcome;
    },
    'applied',
  ],
])('a %s finds no session of a forgotten person that no list knew any more, and removes it', async (_, use, found) => {
  const id = await begin('choi');
  // By another shard's clock, which may be ahead or behind.
  const shift = (session: string, seconds: number) =>
    cluster.onKey('HINCRBY', sessionKeys(session)[0], 'startTime', seconds * 1_000);
  await shift(id, 60);
  await cluster.onKey('DEL', sessionIndexKey('choi'));
  expect((await call(handler, 'DELETE', '/v1/users/choi')).body.sessions).toBe(0);
  expect(await use(id)).toBeUndefined();
  expect((await keysLeft()).filter((key) => key.includes(id) || key.includes('choi'))).toStrictEqual([]);
  const again = await begin('choi');
  await shift(again, -60);
  expect(await use(again)).toBe(found);
});

test('a person is forgotten later each time, whatever the clock of a new primary says', async () => {
  const forget = () => call(handler, 'DELETE', '/v1/users/kang');
  const key = tombstoneKey(people.pseudonym('person', 'kang'));
  await forget();
  const ahead = Date.now() + 60_000;
  await cluster.onKey('SET', key, ahead, 'EX', 60);
  const id = await begin('kang');
  await cluster.onKey('DEL', sessionIndexKey('kang'));
  await forget();
  expect(await cluster.onKey('GET', key)).toBe(String(ahead + 1));
  expect(await memories.sessions.read(id, new RequestContext())).toBeUndefined();
});

test('nothing is called durable whose marker a failover could bring back', async () => {
  const shardOf = (key: string) => Math.floor((slotOf(key) * 3) / 16_384);
  // A chat whose marker lies on a shard of its own, so that only its removal can't be confirmed.
  const user = Array.from({ length: 99 }, (_, i) => `user-${i}`).find((each) => {
    const others = [chatKeys(each)[0], preferenceKeys(each)[0], sessionIndexKey(each)];
    const all = [...others, tombstoneKey(people.pseudonym('person', each))].map(shardOf);
    return !all.includes(shardOf(markerOf(each)));
  });
  const marker = markerOf(user ?? '');
  const messages = [{ id: 'a', role: 'user', content: 'a' }];
  expect((await call(handler, 'POST', `/v1/users/${user}/chat`, { body: { messages } })).status).toBe(200);
  const replica = cluster.nodes.slice(3)[shardOf(marker)];
  replica?.process?.signal('SIGSTOP');
  const answers = [
    await call(handler, 'DELETE', `/v1/users/${user}/chat`),
    await call(handler, 'DELETE', `/v1/users/${user}`),
  ];
  replica?.process?.signal('SIGCONT');
  expect(answers.map(({ status, body }) => [status, body.durable])).toEqual([
    [200, false],
    [200, false],
  ]);
  await cluster.untilOk();
  const again = await call(handler, 'DELETE', `/v1/users/${user}`);
  expect([again.status, again.body.durable]).toEqual([200, true]);
});

test('while Valkey is away nothing is called forgotten', async () => {
  const away = ValkeyClient.fromEnvironment({ ...cluster.environment('conversation'), VALKEY_ENDPOINT: '127.0.0.1:1' });
  const routes = createRouter(forgetRoutes(memoriesOf(away), { snapshotDays: 0, auditDays: 0 }), () => undefined);
  const answer = await call(routes, 'DELETE', '/v1/users/kim');
  away.close();
  expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
});
