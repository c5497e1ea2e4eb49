import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as chat from '../../../lambda/conversation/chat/operations';
import { getHealth } from '../../../lambda/search/get-health';
import * as preferences from '../../../lambda/conversation/preferences/operations';
import { getRecommendations } from '../../../lambda/conversation/recommendations/operations';
import * as schemas from '../../../lambda/conversation/sessions/operations';
import { forgetUser } from '../../../lambda/conversation/forgetting/forget-user';
import { searchVehicles } from '../../../lambda/search/search-vehicles';
import type { Operation } from '../../../lambda/http/operation';
import type * as Client from '../../../lib/client';
import { bundleClient, CLIENT_FILES } from '../../../lib/client/bundle';
import { LocalFunctions } from '../../../lib/tools/local-stage/local-system';
import { startPhotoOrigin, type PhotoOrigin } from '../../../lib/tools/example-data/photo-origin';
import { startEngines, type Engines } from '../../support/engines';
import { startLossyProxy, type LossyProxy } from '../../support/lossy-proxy';

let engines: Engines;
let functions: LocalFunctions;
let photos: PhotoOrigin;
let stopGateway: () => Promise<void>;
let proxy: LossyProxy;
let folder: string;
/** The file that an application copies. */
let bundle: typeof Client;
let client: Client.CarFinClient;
let original: Client.OriginalFunctions;

const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };
const newClient = () =>
  new bundle.CarFinClient({ url: proxy.url, region: 'ap-northeast-2', credentials: () => credentials });

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'carfin-client-'));
  bundleClient(folder);
  bundle = (await import(path.join(folder, CLIENT_FILES.code))) as typeof Client;
  engines = await startEngines();
  photos = await startPhotoOrigin();
  functions = new LocalFunctions(engines.cluster, engines.postgres.url, undefined, photos);
  await functions.warmUp();
  const gateway = await functions.serve(0);
  stopGateway = gateway.stop;
  proxy = await startLossyProxy(gateway.port, { ...credentials, region: 'ap-northeast-2' });
  client = newClient();
  original = new bundle.OriginalFunctions(client);
});

afterAll(async () => {
  await proxy.stop();
  await stopGateway();
  await functions.stop();
  await photos.stop();
  await engines.stop();
  rmSync(folder, { recursive: true });
});

async function begin(): Promise<string> {
  return (await client.createSession({ userId: 'kim', question: '아이와 탈 차' })).sessionId;
}

/** An answer has the members that its schema tells, and no others that the client's types would hide. */
function expectAnswer(operation: Operation, answer: unknown, status = 200): void {
  expect(operation.responses()[status]?.schema?.parse(answer)).toEqual(answer);
}

test('every operation, signed, gives what its schema says', async () => {
  expectAnswer(
    searchVehicles,
    await client.searchVehicles({ budgetMin: 1_000, budgetMax: 4_000, usage: '주말 캠핑 + 차박' }),
  );
  expectAnswer(getHealth, await client.getHealth());
  const created = await client.createSession({ userId: 'kim', question: '?', context: { channel: 'web' } });
  expectAnswer(schemas.createSession, created, 201);
  const id = created.sessionId;
  expectAnswer(
    schemas.updateAgent,
    await client.updateAgent(id, 'concierge', { mood: '느긋함' }, { ifMatch: 1, after: 0 }),
  );
  expectAnswer(schemas.addNeeds, await client.addNeeds(id, { needs: [{ need: '골프' }], agent: 'needs_analyst' }));
  const needs = { budgetMin: 2_500, budgetMax: 3_200, persona: 'working_mom' } as const;
  const asked = await client.askQuestion(id, { question: '예산은요', needs });
  expectAnswer(schemas.askQuestion, asked);
  expect(asked.vehicles).toEqual((await client.searchVehicles(needs)).vehicles);
  expectAnswer(schemas.rateSession, await client.rateSession(id, 4.5));
  const events = await client.getSessionEvents(id, { after: 1, waitMs: 100 });
  expectAnswer(schemas.getSessionEvents, events);
  expect(events.events.map(({ type }) => type)).toEqual(['agent', 'needs', 'question', 'satisfaction']);
  expectAnswer(schemas.completeSession, await client.completeSession(id));
  const session = await client.getSession(id);
  expectAnswer(schemas.getSession, session);
  expect(session).toMatchObject({ version: 6, collaborationState: 'completed', satisfaction: 4.5 });
});

test('the photo of a listing comes as bytes; one of another shape is a problem', async () => {
  const { vehicles } = await client.searchVehicles({ budgetMin: 1_000, budgetMax: 4_000 });
  const photo = vehicles.find((each) => each.photo !== null)?.photo ?? '';
  const { bytes, type, etag, cacheControl, placeholder } = await client.getImage(photo);
  expect([type, placeholder, Buffer.from(bytes.subarray(1, 4)).toString()]).toEqual(['image/png', false, 'PNG']);
  expect([etag, cacheControl]).toEqual([expect.stringMatching(/^"\S+"$/), 'public, max-age=3600']);
  await expect(client.getImage('/no/such-photo')).rejects.toMatchObject({ name: 'CarFinProblem', status: 400 });
});

test('a chat: appended, read by pages, forgotten', async () => {
  const message = (id: string) => ({ id, role: 'user', content: id, metadata: { any: 1 } }) as const;
  expectAnswer(chat.appendMessages, await client.appendMessages('choi', [message('a'), message('b'), message('c')]));
  const newest = await client.getChat('choi', { limit: 2 });
  expectAnswer(chat.getChat, newest);
  expect([newest.more, newest.messages.map(({ id }) => id)]).toEqual([true, ['b', 'c']]);
  expect((await client.getChat('choi', { before: 'b' })).messages).toMatchObject([message('a')]);
  expectAnswer(chat.forgetChat, await client.forgetChat('choi'));
  expect(await client.getChat('choi')).toMatchObject({ messages: [], messageCount: 0 });
});

test('a person: learned about, recommended to, forgotten', async () => {
  const [vehicle] = (await client.searchVehicles({ budgetMin: 1_000, budgetMax: 4_000 })).vehicles;
  if (vehicle === undefined) throw new Error('The search found nothing.');
  proxy.loseAnswers(1);
  const learned = await client.addSignals('jung', [{ id: 'a', type: 'liked', vehicle }]);
  expectAnswer(preferences.addSignals, learned);
  // The answer that was lost had counted it.
  expect(learned).toMatchObject({ applied: 0, repeated: 1 });
  expectAnswer(preferences.getPreferences, await client.getPreferences('jung'));
  const weights = [{ attribute: 'manufacturer', value: String(vehicle.manufacturer), weight: 20 }] as const;
  expectAnswer(preferences.putPreferences, await client.setPreferences('jung', weights, { ifMatch: learned.version }));
  await expect(client.setPreferences('jung', weights, { ifMatch: learned.version })).rejects.toMatchObject({
    status: 412,
    operation: 'setPreferences',
  });
  const answer = await client.getRecommendations('jung', { budgetMin: 1_000, budgetMax: 4_000, limit: 5 });
  expectAnswer(getRecommendations, answer);
  expect(answer.recommendations[0]?.vehicle.manufacturer).toBe(vehicle.manufacturer);
  expectAnswer(forgetUser, await client.forgetUser('jung'));
  expect(await client.getPreferences('jung')).toMatchObject({ version: 0, weights: [] });
});

test('what the API refuses is told with its rules', async () => {
  const id = await begin();
  await expect(client.searchVehicles({ budgetMin: 5, budgetMax: 4 })).rejects.toMatchObject({
    name: 'CarFinProblem',
    problem: { status: 400, errors: [{ in: 'query', name: 'budgetMax', rule: 'must be at least budgetMin' }] },
  });
  await expect(client.updateAgent(id, 'concierge', { a: 1 }, { ifMatch: 7 })).rejects.toMatchObject({ status: 412 });
});

test('what JavaScript leaves out, the API says is missing', async () => {
  const untyped = client as unknown as { getSessionEvents: (id: string) => Promise<unknown> };
  await expect(untyped.getSessionEvents('s1')).rejects.toThrow(/query after is missing; it must be an integer from 0/);
});

test('a signature of another secret is refused by what checks signatures here', async () => {
  const wrong = () => ({ ...credentials, secretAccessKey: 'another' });
  const stranger = new bundle.CarFinClient({ url: proxy.url, region: 'ap-northeast-2', credentials: wrong });
  await expect(stranger.getHealth()).rejects.toMatchObject({ status: 403 });
});

test('a write whose answer was lost is applied once, and the client is told that it was', async () => {
  const id = await begin();
  proxy.loseAnswers(2);
  const written = await client.addNeeds(id, { needs: [{ need: '골프' }] });
  expect(written).toMatchObject({ version: 2, replayed: true });
  expect(await client.getSession(id)).toMatchObject({ version: 2, needs: [{ need: '골프' }] });

  proxy.loseAnswers(1);
  const asked = await client.askQuestion(id, { question: '?', needs: { budgetMin: 1, budgetMax: 5_000 } });
  expect(asked).toMatchObject({ n: 1, version: 3 });

  const before = proxy.forwarded();
  proxy.loseAnswers(1);
  const created = await client.createSession({ userId: 'lee', question: '?' });
  expect(proxy.forwarded() - before).toBe(2);
  expect(await client.getSession(created.sessionId)).toMatchObject({ version: 1, userId: 'lee' });
});

test('agents of different processes write at once, and no state is lost', async () => {
  const id = await begin();
  const agents = ['concierge', 'needs_analyst', 'data_analyst'] as const;
  proxy.loseAnswers(5);
  await Promise.all(
    agents.flatMap((agent) =>
      [0, 1, 2, 3].map((i) => newClient().updateAgent(id, agent, { [`step${i}`]: `${agent} ${i}` })),
    ),
  );
  const { agentStates, version } = await client.getSession(id);
  expect(version).toBe(1 + 12);
  for (const agent of agents)
    expect(agentStates[agent]).toEqual(Object.fromEntries([0, 1, 2, 3].map((i) => [`step${i}`, `${agent} ${i}`])));
});

describe('under the original’s names', () => {
  test('a search gives listings, the persona by its object or its id', async () => {
    const listings = await original.searchVehicles({ min: 2_500, max: 3_200 }, undefined, undefined, {
      id: 'working_mom',
    });
    const { vehicles } = await client.searchVehicles({
      budgetMin: 2_500,
      budgetMax: 3_200,
      persona: 'working_mom',
      limit: 100,
    });
    expect(listings).toEqual(vehicles);
    expect(listings).toHaveLength(100);
    const camping = await original.searchVehicles({ min: 2_500, max: 3_200 }, '캠핑', 'any', null, true);
    const asked = { budgetMin: 2_500, budgetMax: 3_200, usage: '캠핑', includeLease: true, limit: 100 } as const;
    expect(camping).toEqual((await client.searchVehicles(asked)).vehicles);
  });

  test('the application’s way of keeping a session goes on, under the id that it made', async () => {
    const sessionId = 'a2a_1763952000000_k3j9x2';
    const state = {
      question: '첫차예요',
      context: '서울, 주차 걱정',
      startTime: new Date(),
      collaborationState: 'initiated',
    } as const;
    const id = await original.setA2ASession(sessionId, { userId: 'kim', ...state, agentStates: {} });
    await original.updateAgentState(sessionId, 'needs_analyst', {
      needs: ['주차'],
      confidence: { parking: 0.9, size: 0.2 },
      draft: 1,
    });
    await original.updateAgentState(sessionId, 'concierge', { status: 'done' });
    await original.updateAgentState(sessionId, 'needs_analyst', { needs: [], confidence: { parking: 1 } });
    const session = await original.getA2ASession(sessionId);
    expect(session).toMatchObject({
      userId: 'kim',
      question: '첫차예요',
      context: '서울, 주차 걱정',
      collaborationState: 'analyzing',
    });
    // Replaced, not merged; the other agent's is untouched.
    expect(session?.agentStates).toEqual({
      needs_analyst: { needs: [], confidence: { parking: 1 } },
      concierge: { status: 'done' },
      data_analyst: {},
    });
    // Set again the states are those given, also an empty one; others are left alone.
    await original.setA2ASession(sessionId, { userId: 'kim', ...state, agentStates: { concierge: {} } });
    expect((await original.getA2ASession(sessionId))?.agentStates).toEqual({
      needs_analyst: { needs: [], confidence: { parking: 1 } },
      concierge: {},
      data_analyst: {},
    });
    // Set again it is the same session; completed it stays completed.
    for (let i = 0; i < 2; i++)
      expect(
        await original.setA2ASession(sessionId, { userId: 'kim', ...state, collaborationState: 'completed' }),
      ).toBe(id);
    expect(await original.getA2ASession(sessionId)).toMatchObject({ collaborationState: 'completed' });
  });

  test('another process goes on with the id that was given back, and is told if it has the old one', async () => {
    const made = `a2a_${process.pid}`;
    const id = await original.setA2ASession(made, { userId: 'kim', question: '?', context: { text: 'x', more: 1 } });
    const elsewhere = new bundle.OriginalFunctions(newClient());
    expect(await elsewhere.getA2ASession(id)).toMatchObject({ context: { text: 'x', more: 1 } });
    await expect(elsewhere.getA2ASession(made)).rejects.toThrow('hand on what setA2ASession returned');
    // Set there too as it began, the old id leads to the same session; begun otherwise it is refused.
    const began = { userId: 'kim', question: '?', context: { text: 'x', more: 1 } };
    expect(await new bundle.OriginalFunctions(newClient()).setA2ASession(made, began)).toBe(id);
    await expect(elsewhere.setA2ASession(made, { ...began, question: '!' })).rejects.toThrow(
      'hand on what setA2ASession returned',
    );
  });

  test('a session that is not there is null; one that cannot be read is not', async () => {
    expect(await original.getA2ASession('00000000-0000-4000-8000-000000000000')).toBeNull();
    const away = new bundle.CarFinClient({ url: 'http://127.0.0.1:1', credentials: null, attempts: 1 });
    const unreachable = new bundle.OriginalFunctions(away);
    await expect(unreachable.getA2ASession('00000000-0000-4000-8000-000000000000')).rejects.toMatchObject({
      name: 'CarFinNoAnswer',
    });
  });

  test('a conversation is saved whole each time, and kept once, in its order, however long it grows', async () => {
    const said = (i: number) => ({
      content: `메시지 ${i}`,
      agent: i % 2 === 0 ? 'user' : 'concierge',
      timestamp: new Date(i),
    });
    const all = Array.from({ length: 130 }, (_, i) => said(i));
    for (const count of [1, 2, 128]) await original.saveConversation('park', all.slice(0, count));
    proxy.loseAnswers(1);
    const before = proxy.forwarded();
    await original.saveConversation('park', all);
    // One read, the two new ones, and those again because the answer was lost.
    expect(proxy.forwarded() - before).toBe(3);
    const kept = await new bundle.OriginalFunctions(newClient()).getConversation('park');
    expect(kept?.map(({ content, role, timestamp }) => [content, role, timestamp])).toEqual(
      all.map(({ content, agent, timestamp }) => [
        content,
        agent === 'user' ? 'user' : 'assistant',
        timestamp.toJSON(),
      ]),
    );
    // What was read is saved with what follows.
    await original.saveConversation('park', [
      ...(kept ?? []),
      { content: '네', agent: 'user' },
      { content: '네', agent: 'user' },
    ]);
    expect(await original.getConversation('park')).toHaveLength(132);
    await original.clearConversation('park');
    expect(await original.getConversation('park')).toBeNull();
  });
});
