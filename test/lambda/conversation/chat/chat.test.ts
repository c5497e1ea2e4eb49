import slotOf from 'cluster-key-slot';
import { chatRoutes } from '../../../../lambda/conversation/chat/chat-routes';
import { ChatStore } from '../../../../lambda/conversation/chat/chat-store';
import { LIMITS } from '../../../../lambda/conversation/chat/message';
import { chatKeys, seenKey } from '../../../../lambda/contract/keys';
import { PeopleKey } from '../../../../lambda/contract/people-key';
import { createRouter } from '../../../../lambda/http/router';
import { SessionTelemetry } from '../../../../lambda/conversation/sessions/session-telemetry';
import { Emitter } from '../../../../lambda/telemetry/emitter';
import { RequestContext } from '../../../../lambda/telemetry/request';
import { ValkeyClient } from '../../../../lambda/valkey/client';
import { LocalCluster } from '../../../../lib/tools/engines/valkey-cluster';
import { call, type Options } from '../../../support/api';
import { request } from '../../../support/engines';
import { livesFor } from '../../../support/lives';

let cluster: LocalCluster;
let valkey: ValkeyClient;
let store: ChatStore;
let handler: ReturnType<typeof createRouter>;

const people = new PeopleKey('k'.repeat(32));
const REMAINS = { snapshotDays: 3, auditDays: 731 };
const handlerOf = (client: ValkeyClient) =>
  createRouter(
    chatRoutes({
      chats: new ChatStore(client, people),
      telemetry: new SessionTelemetry(new Emitter()),
      remains: REMAINS,
    }),
    () => undefined,
  );

beforeAll(async () => {
  cluster = await LocalCluster.start({ replicasPerPrimary: 1 });
  valkey = ValkeyClient.fromEnvironment(cluster.environment('conversation'));
  store = new ChatStore(valkey, people);
  handler = handlerOf(valkey);
});

afterAll(async () => {
  valkey.close();
  await cluster.stop();
});

const chat = (user: string, method: string, options?: Options) =>
  call(handler, method, `/v1/users/${user}/chat`, options);
const message = (id: string, content = id): Record<string, unknown> & { id: string } => ({
  id,
  role: 'user',
  content,
});
const append = (user: string, ...messages: unknown[]) => chat(user, 'POST', { body: { messages } });
const idsOf = (body: Record<string, unknown>) => (body.messages as { id: string }[]).map(({ id }) => id);

/** Runs one command on the primary that holds the key. */
const onKey: LocalCluster['onKey'] = (...sent) => cluster.onKey(...sent);

test('messages come back as they were sent, oldest first, page by page', async () => {
  const hostile = JSON.parse('{"id":"m3","role":"system","content":"x","__proto__":{"a":1}}') as object;
  const full = {
    ...message('m2', '아이가 둘이에요\n'),
    agent: 'concierge',
    timestamp: '2026-11-24T00:00:00Z',
    messageType: 'answer',
    metadata: { cards: [1, { x: null }] },
    further: 1.5,
  };
  const first = await append('kim', message('m1'), full, hostile);
  expect(first).toMatchObject({
    status: 200,
    body: { appended: 3, repeated: 0, dropped: 0, messageCount: 3, durable: true },
  });
  const { body } = await chat('kim', 'GET', { query: 'limit=2' });
  expect(JSON.stringify((body.messages as object[])[0])).toBe(JSON.stringify(full));
  expect(Object.keys((body.messages as object[])[1] ?? {})).toEqual([
    ...['id', 'role', 'content', '__proto__', 'timestamp'],
  ]);
  expect(body).toMatchObject({ more: true, messageCount: 3, expiresInSeconds: livesFor(86_400) });
  const { timestamp } = (body.messages as { timestamp: number }[])[1] ?? { timestamp: 0 };
  expect([timestamp, Math.abs(timestamp - Date.now()) < 10_000]).toEqual([body.lastUpdated, true]);

  const older = await chat('kim', 'GET', { query: 'before=m2' });
  expect([idsOf(older.body), older.body.more]).toEqual([['m1'], false]);
  expect((await chat('kim', 'GET', { query: 'before=m9' })).status).toBe(404);
  expect((await chat('nobody', 'GET')).body).toEqual({
    messages: [],
    more: false,
    messageCount: 0,
    lastUpdated: null,
    expiresInSeconds: 0,
  });
});

test('a message that is sent again is kept once, within a request too', async () => {
  await append('lee', message('a'), message('a'), message('b'));
  const again = await append('lee', message('b', 'changed'), message('c'));
  expect(again.body).toMatchObject({ appended: 1, repeated: 1, messageCount: 3, durable: true });
  const { messages } = (await chat('lee', 'GET')).body as unknown as { messages: { id: string; content: string }[] };
  expect(messages.map(({ id, content }) => [id, content])).toEqual(['a', 'b', 'c'].map((id) => [id, id]));
});

test('beyond the limits the oldest go first, and the answer says how many', async () => {
  for (let from = 0; from < 1_000; from += 50)
    await append('many', ...Array.from({ length: 50 }, (_, i) => message(`m${from + i}`)));
  const more = await append('many', message('x'), message('y'));
  expect(more.body).toMatchObject({ appended: 2, dropped: 2, messageCount: 1_000 });
  expect((await chat('many', 'GET', { query: 'before=m2' })).body.messages).toStrictEqual([]);
  expect((await chat('many', 'GET', { query: 'before=m1' })).status).toBe(404);

  // Each counts for at least 1,024 bytes, so what pushes them out is not a thousand times their size.
  const large = Array.from({ length: 15 }, (_, i) => ({ ...message(`big${i}`), metadata: 'x'.repeat(16_000) }));
  const pushed = (await append('many', ...large)).body;
  expect(pushed).toMatchObject({ appended: 15, dropped: 212, messageCount: 803 });

  const long = 'x'.repeat(8_000);
  let dropped = 0;
  for (let i = 0; i < 14; i++) {
    const ten = Array.from({ length: 10 }, (_, n) => message(`l${i * 10 + n}`, long));
    dropped += (await append('long', ...ten)).body.dropped as number;
  }
  const held = Number(await onKey('XLEN', chatKeys('long')[0]));
  const bytes = Number(await onKey('HGET', chatKeys('long')[1], 'bytes'));
  expect([held + dropped, bytes <= LIMITS.bytes, bytes + 8_100 > LIMITS.bytes]).toEqual([140, true, true]);
});

test('a body nested deeper than can be shown is refused like any other', async () => {
  const answer = await handler({
    ...request('POST', '/v1/users/rules/chat', '', `${'['.repeat(100_000)}${']'.repeat(100_000)}`),
    headers: {},
  });
  expect([answer.statusCode, JSON.parse(answer.body)]).toMatchObject([400, { errors: [{ in: 'body' }] }]);
});

test('what breaks a rule is refused by its name, and nothing of the request is kept', async () => {
  const answer = await append(
    'rules',
    message('ok'),
    { id: 'a b', role: 'robot', content: '가'.repeat(2_731) },
    'text',
  );
  expect(answer.status).toBe(400);
  expect((answer.body.errors as { name: string }[]).map(({ name }) => name)).toEqual([
    ...['/messages/1/id', '/messages/1/role', '/messages/1/content', '/messages/2'],
  ]);
  const large = await append('rules', { ...message('large'), metadata: 'x'.repeat(16_400) });
  expect(large.body).toMatchObject({ status: 400, errors: [{ name: '/messages/0' }] });
  expect((await append('rules', ...Array.from({ length: 51 }, (_, i) => message(`m${i}`)))).status).toBe(400);
  expect((await append('rules', { ...message('huge'), metadata: 'x'.repeat(262_144) })).status).toBe(413);
  expect((await chat('rules', 'GET')).body.messageCount).toBe(0);
});

test.each(['', ' ', '\n\t', '\u3000'])(
  'the content %j says nothing and is refused, as a question is',
  async (content) => {
    expect((await append('blank', { ...message('blank'), content })).body.errors).toMatchObject([
      {
        name: '/messages/0/content',
        rule:
          'must be text of 1 to 8192 bytes in UTF-8, not of white space alone, without control characters but line ' +
          'ends and tabs',
      },
    ]);
  },
);

test('both keys live 86,400 s from the last write, by the clock of the server; either can be evicted', async () => {
  const [key, ids] = chatKeys('ttl');
  await append('ttl', message('a'));
  for (const each of [key, ids]) await onKey('EXPIRE', each, 100);
  expect((await chat('ttl', 'GET')).body.expiresInSeconds).toEqual(livesFor(100));
  await append('ttl', message('b'));
  for (const each of [key, ids]) {
    expect(await onKey('TTL', each)).toEqual(livesFor(86_400));
  }
  const bytes = await onKey('HGET', ids, 'bytes');
  await onKey('DEL', ids);
  expect((await append('ttl', message('a'))).body).toMatchObject({ appended: 0, repeated: 1 });
  expect(await onKey('HGET', ids, 'bytes')).toBe(bytes);
  await onKey('DEL', key);
  expect((await append('ttl', message('a'))).body).toMatchObject({ appended: 1, messageCount: 1 });
});

test('a chat that was lost within its life is told from one that was forgotten, has ended or never was', async () => {
  const isLost = (user: string) => store.isLost(user, new RequestContext());
  await append('lost', message('a'));
  expect(await onKey('EXISTS', seenKey('chat', 'lost'))).toBe(0);
  await onKey('DEL', chatKeys('lost')[0]);
  expect([await isLost('lost'), await isLost('never')]).toEqual([true, false]);
  await onKey('EXPIRE', seenKey('chat', people.pseudonym('person', 'lost')), 172_800 - 86_401);
  expect(await isLost('lost')).toBe(false);

  // A page before a message that the chat does not hold is not found either.
  await append('there', message('a'));
  expect((await chat('there', 'GET', { query: 'before=dropped' })).status).toBe(404);
  expect(await isLost('there')).toBe(false);

  await append('gone', message('a'));
  const forget = async () => (await chat('gone', 'DELETE')).body;
  const gone = { durable: true, remains: REMAINS };
  expect([await forget(), await forget()]).toEqual([gone, gone]);
  expect(await Promise.all(chatKeys('gone').map((key) => onKey('EXISTS', key)))).toEqual([0, 0]);
  expect(await isLost('gone')).toBe(false);
});

test('while Valkey is away every operation is 503 with Retry-After', async () => {
  const away = ValkeyClient.fromEnvironment({ ...cluster.environment('conversation'), VALKEY_ENDPOINT: '127.0.0.1:1' });
  const handle = handlerOf(away);
  for (const [method, body] of [['GET'], ['DELETE'], ['POST', { messages: [message('a')] }]] as const) {
    const answer = await call(handle, method, '/v1/users/kim/chat', { body });
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
  }
  away.close();
});

test('eight writers while the primary dies: nothing durably acknowledged is lost, nothing is doubled', async () => {
  const [key] = chatKeys('busy');
  const clients = Array.from({ length: 8 }, () => ValkeyClient.fromEnvironment(cluster.environment('conversation')));
  const durable: string[] = [];
  let [written, failures] = [0, 0];
  let killed: Promise<void> | undefined;
  const kill = async () => {
    const [primary] = valkey.cluster.slots[slotOf(key)] ?? [];
    await cluster.nodes.find(({ port }) => primary === `127.0.0.1:${port}`)?.stop();
  };
  await Promise.all(
    clients.map(async (client, writer) => {
      const chats = new ChatStore(client, people);
      for (let i = 0; i < 40; i++) {
        const id = `${writer}-${i}`;
        for (let done = false; !done;) {
          try {
            // Twice, as a client does whose answer was lost.
            await chats.append('busy', [message(id)], new RequestContext());
            const answer = await chats.append('busy', [message(id)], new RequestContext());
            if (answer.durable) durable.push(id);
            done = true;
          } catch {
            failures++;
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        }
        if (++written === 160) killed = kill();
      }
    }),
  );
  await killed;
  // Of a client that has found the new primary.
  const reader = handlerOf(clients[0] ?? valkey);
  const kept: string[] = [];
  let query = 'limit=100';
  // 320 messages are four pages; a message that is held twice would lead in circles.
  for (let pages = 0; pages < 10; pages++) {
    const page = await call(reader, 'GET', '/v1/users/busy/chat', { query });
    kept.unshift(...idsOf(page.body));
    if (page.body.more !== true) break;
    query = `limit=100&before=${kept[0] ?? ''}`;
  }
  clients.forEach((client) => client.close());
  expect(new Set(kept).size).toBe(kept.length);
  expect(durable.filter((id) => !kept.includes(id))).toStrictEqual([]);
  expect([failures > 0, durable.length > 0]).toEqual([true, true]);
});
