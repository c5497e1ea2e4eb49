import {
  CarFinClient,
  CarFinNoAnswer,
  CutoverFunctions,
  type CutoverEvent,
  type OriginalMessage,
} from '../../../lib/client';
import { LocalFunctions } from '../../../lib/tools/local-stage/local-system';
import { startEngines, type Engines } from '../../support/engines';
import { connectOldRedis, originalApplication, type OldRedis } from '../../support/original-application';
import { startPlainValkey } from '../../support/plain-valkey';

let engines: Engines;
let functions: LocalFunctions;
let valkey: Awaited<ReturnType<typeof startPlainValkey>>;
let gateway: { port: number; stop: () => Promise<void> };
let redis: OldRedis;
let old: ReturnType<typeof originalApplication>;
let client: CarFinClient;
let events: CutoverEvent[];

/** One process of the application; which of them the setting has reached is what a rolling deploy decides. */
const application = (answeredBy: string, original = old) =>
  new CutoverFunctions(client, { original, answeredBy, shadowShare: 1, onEvent: (event) => events.push(event) });

beforeAll(async () => {
  engines = await startEngines();
  valkey = await startPlainValkey(async (url) => {
    const probe = await connectOldRedis(url).catch(() => undefined);
    await probe?.disconnect();
    return probe !== undefined;
  });
  redis = await connectOldRedis(valkey.url);
  old = originalApplication(redis, engines.postgres.url);
  functions = new LocalFunctions(engines.cluster, engines.postgres.url);
  await functions.warmUp();
  gateway = await functions.serve(0);
  client = new CarFinClient({ url: `http://127.0.0.1:${gateway.port}`, credentials: null });
});

afterAll(async () => {
  await old.close();
  await valkey.stop();
  await gateway.stop();
  await functions.stop();
  await engines.stop();
});

beforeEach(async () => {
  events = [];
  await redis.flushAll();
});

const said = (content: string, agent = 'user'): OriginalMessage => ({
  content,
  agent,
  timestamp: `2026-11-26T00:00:${String(content.length % 60).padStart(2, '0')}Z`,
  messageType: 'text',
});
const contents = (messages: readonly OriginalMessage[] | null) => messages?.map(({ content }) => content);

test('the original’s values lie in a Valkey without cluster mode, as it wrote them', async () => {
  expect(await redis.info('cluster')).toContain('cluster_enabled:0');
  await application('original').saveConversation('lee', [said('안녕하세요')]);
  expect(JSON.parse((await redis.get('chat:lee')) ?? '')).toMatchObject({ messageCount: 1 });
  expect(await redis.ttl('chat:lee')).toBeGreaterThan(86_000);
});

test('cutover and rollback lose nothing of a conversation, whoever writes meanwhile', async () => {
  const before = application('original');
  await before.saveConversation('kim', [said('SUV를 찾아요'), said('예산은요?', 'concierge')]);

  const after = application('api');
  const carried = await after.getConversation('kim');
  expect(contents(carried)).toEqual(['SUV를 찾아요', '예산은요?']);
  expect(carried?.map(({ timestamp }) => timestamp)).toEqual(
    [said('SUV를 찾아요'), said('예산은요?')].map(({ timestamp }) => timestamp),
  );

  // The setting has not reached this process yet.
  await before.saveConversation('kim', [...((await before.getConversation('kim')) ?? []), said('3000만원')]);
  await after.saveConversation('kim', [...(carried ?? []), said('아이가 둘이에요')]);
  const all = ['SUV를 찾아요', '예산은요?', '3000만원', '아이가 둘이에요'];
  expect(contents(await after.getConversation('kim'))).toEqual(all);

  // Rollback: the API could be gone.
  const back = application('original');
  expect(contents(await back.getConversation('kim'))).toEqual(all);
  await back.saveConversation('kim', [...((await back.getConversation('kim')) ?? []), said('다시 왔어요')]);

  const again = application('api');
  expect(contents(await again.getConversation('kim'))).toEqual([...all, '다시 왔어요']);
  expect(contents(await again.getConversation('kim'))).toEqual([...all, '다시 왔어요']);
  expect(events).toStrictEqual([]);
});

test('what is said twice is two messages on both sides', async () => {
  const after = application('api');
  await after.saveConversation('cho', [{ content: '네' }]);
  await after.saveConversation('cho', [...((await after.getConversation('cho')) ?? []), { content: '네' }]);
  expect(contents(await after.getConversation('cho'))).toEqual(['네', '네']);
  expect(contents(await application('original').getConversation('cho'))).toEqual(['네', '네']);
});

test('two processes that answer by the API at once keep both messages in both places', async () => {
  await application('original').saveConversation('han', [said('처음')]);
  const both = [application('api'), application('api')];
  const lists = await Promise.all(both.map((each) => each.getConversation('han')));
  await Promise.all(
    both.map((each, i) => each.saveConversation('han', [...(lists[i] ?? []), said(`동시 ${'가'.repeat(i + 1)}`)])),
  );
  const kept = contents(await application('api').getConversation('han'));
  expect(kept).toHaveLength(3);
  expect(kept).toEqual(expect.arrayContaining(['처음', '동시 가', '동시 가가']));
});

test('what the API refuses stays in the original, and is told without a word of it', async () => {
  const long = said('가'.repeat(4_000));
  await application('original').saveConversation('yun', [said('짧아요'), long, said('또 짧아요')]);
  const after = application('api');
  expect(contents(await after.getConversation('yun'))).toEqual(['짧아요', '또 짧아요']);
  expect(events).toEqual([{ kind: 'not carried over', messages: 1 }]);
  await after.saveConversation('yun', [said('짧아요'), long, said('또 짧아요'), said('그다음이에요')]);
  expect(contents(await after.getConversation('yun'))).toEqual(['짧아요', '또 짧아요', '그다음이에요']);
  expect(contents(await application('original').getConversation('yun'))).toHaveLength(4);
  // What is new and breaks a rule is refused, as by the API alone.
  await expect(after.saveConversation('yun', [said('나'.repeat(4_000))])).rejects.toMatchObject({ status: 400 });
});

test('a session stays where it began, through cutover and rollback', async () => {
  const before = application('original');
  await before.setA2ASession('a2a-1700000000000', { userId: 'kim', question: '캠핑카', agentStates: {} });
  const after = application('api');
  await after.updateAgentState('a2a-1700000000000', 'concierge', { mood: '느긋함' });
  expect((await after.getA2ASession('a2a-1700000000000'))?.agentStates).toEqual({ concierge: { mood: '느긋함' } });
  expect(
    await after.setA2ASession('a2a-1700000000000', {
      userId: 'kim',
      question: '캠핑카',
      collaborationState: 'analyzing',
    }),
  ).toBe('a2a-1700000000000');
  expect(await redis.exists('a2a:a2a-1700000000000')).toBe(1);

  const begun = await after.setA2ASession('a2a-1700000000001', { userId: 'kim', question: '골프', context: '주말' });
  expect(begun).toMatch(/^[0-9a-f-]{36}$/);
  const back = application('original');
  await back.updateAgentState(begun, 'data_analyst', { found: 3 });
  expect(await back.getA2ASession(begun)).toMatchObject({
    question: '골프',
    context: '주말',
    agentStates: { data_analyst: { found: 3 } },
  });
  expect(await redis.keys('a2a:*')).toEqual(['a2a:a2a-1700000000000']);
  // One that nobody began is missing by the original's word, and told as unknown while the API answers.
  expect(await back.getA2ASession('a2a-1')).toBeNull();
  await expect(after.getA2ASession('a2a-1')).rejects.toThrow('"a2a-1" was not given by the API');
});

test('forgetting a person takes the original’s conversation along', async () => {
  await application('api').saveConversation('seo', [said('잊어 주세요')]);
  expect(await application('api').forgetUser('seo')).toMatchObject({ sessions: 0 });
  expect(await redis.exists('chat:seo')).toBe(0);
  expect(await application('api').getConversation('seo')).toBeNull();
});

test('clearing a conversation clears it in both places, whoever answers', async () => {
  for (const answeredBy of ['original', 'api']) {
    await application('api').saveConversation('park', [said('지워 주세요')]);
    await application(answeredBy).clearConversation('park');
    expect(await application('api').getConversation('park')).toBeNull();
    expect(await redis.exists('chat:park')).toBe(0);
  }
});

test('the shadow answers from the original and tells each compared search, without what was typed', async () => {
  const shadow = application('shadow');
  const found = await shadow.searchVehicles({ min: 2_500, max: 3_200 }, '김철수의 출퇴근', 'any', 'working_mom');
  expect(found).toEqual(await old.searchVehicles({ min: 2_500, max: 3_200 }, '김철수의 출퇴근', 'any', 'working_mom'));
  expect(found.length).toBeGreaterThan(100);
  await untilTold(1);
  expect(events).toEqual([
    {
      kind: 'pair',
      search: {
        budgetMin: 2_500,
        budgetMax: 3_200,
        persona: 'working_mom',
        includeLease: false,
        usage: 'any',
        familyType: 'any',
        limit: 100,
        offset: 0,
      },
      class: 'by rule',
      rules: ['limit'],
      originalMs: expect.any(Number) as unknown,
      apiMs: expect.any(Number) as unknown,
      found: found.length,
      total: found.length,
    },
  ]);
  expect(JSON.stringify(events)).not.toContain('김철수');
});

test('the shadow finds the family that the original’s key leaves out', async () => {
  const shadow = application('shadow');
  await shadow.searchVehicles({ min: 1_000, max: 2_000 }, 'any', 'large', 'camping_lover');
  // Nobody waits for a comparison, so the next one's may be the first to end.
  await untilTold(1);
  await shadow.searchVehicles({ min: 1_000, max: 2_000 }, 'any', 'any', 'camping_lover');
  await untilTold(2);
  expect(events.map((event) => event.kind === 'pair' && [event.class, event.rules])).toEqual([
    ['by rule', ['limit']],
    ['by rule', ['order', 'limit']],
  ]);
});

test('a shadow whose API is gone answers as the original, and an original that fails rejects', async () => {
  const gone = new CarFinClient({ url: 'http://127.0.0.1:1', credentials: null, attempts: 1 });
  const shadow = new CutoverFunctions(gone, {
    original: old,
    answeredBy: 'shadow',
    shadowShare: 1,
    onEvent: (event) => events.push(event),
  });
  expect(await shadow.searchVehicles({ min: 2_500, max: 2_600 })).not.toStrictEqual([]);
  await untilTold(1);
  expect(events[0]).toMatchObject({
    class: 'unanswered',
    why: 'This API gave no answer (CarFinNoAnswer).',
    total: null,
  });
  const broken = { ...old, searchVehicles: () => Promise.reject(new Error('connection refused')) };
  await expect(application('shadow', broken).searchVehicles({ min: 1, max: 2 })).rejects.toThrow('connection refused');
  await untilTold(2);
  expect(events[1]).toMatchObject({ class: 'unanswered', why: 'The original gave no answer (Error).', found: null });
});

test('an original that is gone stops no conversation, and is told', async () => {
  const broken = {
    ...old,
    getConversation: () => Promise.reject(new Error('김철수: ECONNREFUSED')),
    saveConversation: () => Promise.reject(new Error()),
  };
  const after = application('api', broken);
  await after.saveConversation('jung', [said('들리세요?')]);
  expect(contents(await after.getConversation('jung'))).toEqual(['들리세요?']);
  expect(events).toEqual([
    { kind: 'not mirrored', operation: 'saveConversation', error: 'Error' },
    { kind: 'not mirrored', operation: 'getConversation', error: 'Error' },
  ]);
  const silent = { ...broken, getA2ASession: () => Promise.reject(new Error('ECONNREFUSED')) };
  expect(await application('api', silent).setA2ASession('a2a-3', { userId: 'jung', question: '?' })).toMatch(
    /^[0-9a-f-]{36}$/,
  );
  await expect(application('api', silent).getA2ASession('a2a-3')).rejects.toThrow('"a2a-3" was not given by the API');
  // Nothing there is no answer while the original is silent.
  await expect(after.getConversation('nobody')).rejects.toThrow('getConversation: the original can’t be read');
  await expect(after.clearConversation('jung')).resolves.toBeUndefined();
});

test('an API that is gone rejects, and the rollback answers', async () => {
  await application('api').saveConversation('choi', [said('아직 있나요')]);
  const gone = new CarFinClient({ url: 'http://127.0.0.1:1', credentials: null, attempts: 1 });
  const withApi = new CutoverFunctions(gone, { original: old, answeredBy: 'api' });
  await expect(withApi.getConversation('choi')).rejects.toThrow(CarFinNoAnswer);
  const back = new CutoverFunctions(gone, { original: old, answeredBy: 'original' });
  expect(contents(await back.getConversation('choi'))).toEqual(['아직 있나요']);
  expect(await back.searchVehicles({ min: 2_500, max: 2_600 })).not.toStrictEqual([]);
});

test.each([
  [undefined, 'nothing'],
  ['', '""'],
  ['new', '"new"'],
])('answeredBy %s is refused', (answeredBy, received) => {
  expect(() => new CutoverFunctions(client, { original: old, answeredBy })).toThrow(
    new RangeError(`answeredBy must be one of original, shadow, api, received ${received}.`),
  );
});

/** A comparison ends after the answer. */
async function untilTold(count: number): Promise<void> {
  while (events.length < count) await new Promise((resolve) => setTimeout(resolve, 10));
}
