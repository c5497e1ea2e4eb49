import { randomUUID } from 'node:crypto';
import { PeopleKey } from '../../../../lambda/contract/people-key';
import { generateListings } from '../../../../lib/tools/example-data/listings';
import { LocalFunctions, type FunctionListener } from '../../../../lib/tools/local-stage/local-system';
import { startEngines, type Engines } from '../../../../lib/tools/local-stage/start-engines';
import { LocalTelemetry } from '../../../../lib/tools/ops/local/local-telemetry';

let engines: Engines;
let functions: LocalFunctions;
let telemetry: LocalTelemetry;
let url: string;
let stop: () => Promise<void>;
const lines: string[] = [];
const answered: string[] = [];

beforeAll(async () => {
  // As a snapshot is written, but so that what is in it can be read.
  engines = await startEngines(generateListings(500), { settings: { rdbcompression: 'no' } });
  telemetry = new LocalTelemetry(Date.now, new PeopleKey(engines.cluster.peopleKey));
  const listener: FunctionListener = {
    take: (name, line) => {
      lines.push(`${name} ${line}`);
      telemetry.take(name, line);
    },
    invoked: (...invocation) => telemetry.invoked(...invocation),
  };
  functions = new LocalFunctions(engines.cluster, engines.postgres.url, listener, undefined, {
    POWERTOOLS_LOG_LEVEL: 'DEBUG',
    POWERTOOLS_METRICS_DISABLED: 'false',
  });
  await functions.warmUp();
  const gateway = await functions.serve(0, (...answer) => answered.push(JSON.stringify(answer)));
  url = `http://127.0.0.1:${gateway.port}`;
  ({ stop } = gateway);
});

afterAll(async () => {
  await stop();
  await functions.stop();
  await engines.stop();
});

async function ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const answer = await fetch(url + path, { method, headers, ...(text === undefined ? {} : { body: text }) });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

/**
 * A person of a day: everything that the API offers, and the mistakes that callers make. @returns what nobody may read.
 */
async function live(): Promise<{ userId: string; words: string[] }> {
  const [userId, key, message, typed] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
  const say = (what: string) => `${what} ${typed}`;
  const keyed = { 'idempotency-key': key };
  const created = await ask('POST', '/v1/sessions', { userId, question: say('아이와 탈 차') }, keyed);
  const sessionId = (created.body.sessionId as string | undefined) ?? randomUUID();
  const session = `/v1/sessions/${sessionId}`;
  const needs = { budgetMin: 2_500, budgetMax: 3_200, usage: say('캠핑') };
  await ask('POST', `${session}/questions`, { question: say('?'), needs });
  await ask('POST', `${session}/needs`, { needs: [{ need: say('골프') }], agent: 'needs_analyst' });
  await ask('PATCH', `${session}/agents/concierge`, { note: say('메모'), [typed]: 1 });
  await ask('GET', `${session}/events?after=0`);
  await ask('POST', `${session}/satisfaction`, { score: 5 });
  const messages = [{ id: message, role: 'user', content: say('저는'), metadata: { name: say('김') } }];
  await ask('POST', `/v1/users/${userId}/chat`, { messages });
  await ask('GET', `/v1/users/${userId}/chat?before=${message}`);
  const vehicle = { manufacturer: '현대', price: 2_500, seller: say('전화') };
  await ask('POST', `/v1/users/${userId}/signals`, { signals: [{ id: message, type: 'liked', vehicle }] });
  await ask('GET', `/v1/users/${userId}/recommendations?budgetMin=2500&budgetMax=3200`);
  // Mistakes: what is wrong is told to the caller, and to nobody else.
  await ask('POST', '/v1/sessions', { userId, question: say('another') }, keyed);
  await ask('POST', `/v1/users/${userId}/chat`, `{"messages":"${typed}`);
  await ask('PUT', `/v1/users/${userId}/preferences`, { weights: typed }, { 'if-match': typed });
  await ask('GET', `/v1/vehicles/search?budgetMin=${typed}&nonsense=${typed}`);
  await ask('GET', `/v1/${userId}/${encodeURIComponent(say('?'))}`);
  await ask('DELETE', `/v1/sessions/${sessionId}`);
  await ask('POST', `${session}/complete`);
  // Levers that name a person, one of them refused.
  const lever = { operation: 'purge', by: 'arn:aws:iam::1:role/operator', people: true };
  await functions.invoke('operations', { ...lever, prefix: `pref:{${userId}}`, pull: true });
  await functions.invoke('operations', { ...lever, prefix: `chat:{${userId}} ${typed}`, pull: true }).catch(() => 0);
  return { userId, words: [userId, sessionId, key, message, typed] };
}

/** Everything that Valkey would write into a snapshot: names and values of all keys. */
async function everythingKept(): Promise<string> {
  const kept = await Promise.all(
    engines.cluster.nodes.map(async (node) => {
      const client = node.connect();
      await client.connect();
      const keys = (await client.call('KEYS', '*')) as string[];
      const people = keys.filter((key) => !/^(listing|index|search|popular):/.test(key));
      const values = await Promise.all(people.map((key) => client.callBuffer('DUMP', key) as Promise<Buffer | null>));
      client.disconnect();
      return [...keys, ...values.map((value) => value?.toString('latin1') ?? '')].join('\n');
    }),
  );
  return kept.join('\n');
}

test('of a lived week no line, metric, audit line or key tells who said what, once they are forgotten', async () => {
  const people: { userId: string; words: string[] }[] = [];
  for (let day = 0; day < 7; day++) people.push(...(await Promise.all([live(), live(), live()])));
  await functions.invoke('doctor', {});
  // They are found where they may stand, or nothing below would prove anything.
  const before = await everythingKept();
  for (const { userId, words } of people) {
    expect(before).toContain(`chat:{${userId}}`);
    expect(before).toContain(words.at(-1));
  }
  const valkey = engines.cluster.nodes;
  // A user that may do nothing: each command is refused with an error that quotes its arguments.
  await engines.cluster.everywhere('ACL', 'SETUSER', 'conversation', '-@write', '-eval', '-evalsha');
  const refused = await live();
  expect(refused.words).toHaveLength(5);
  await engines.cluster.restoreUser('conversation');
  for (const { userId } of [...people, refused]) expect((await ask('DELETE', `/v1/users/${userId}`)).status).toBe(200);
  expect(valkey).toHaveLength(3);

  const audit = JSON.stringify(telemetry.audit);
  const read = { lines: lines.join('\n'), answered: answered.join('\n'), audit, keys: await everythingKept() };
  expect(lines.some((line) => line.startsWith('operations') && line.includes('purge'))).toBe(true);
  expect(lines.some((line) => line.includes('_aws'))).toBe(true);
  expect(lines.some((line) => line.includes('"ERROR"'))).toBe(true);
  expect(telemetry.audit.length).toBeGreaterThan(21 * 10);
  for (const { words } of [...people, refused])
    for (const word of words)
      for (const [where, text] of Object.entries(read))
        if (text.includes(word))
          throw new Error(`${where}: ${text.slice(text.indexOf(word) - 200, text.indexOf(word) + 40)}`);
});
