import { recommendationKey } from '../../../../lambda/contract/keys';
import {
  createConversationFunction,
  type ConversationFunction,
} from '../../../../lambda/conversation/conversation-function';
import { CANDIDATES } from '../../../../lambda/conversation/recommendations/recommender';
import { createSearchFunction, type SearchFunction } from '../../../../lambda/search/search-function';
import { RecommendationStore } from '../../../../lambda/conversation/recommendations/recommendation-store';
import { AnswerRoom } from '../../../../lambda/search/answer-room';
import { checkOf } from '../../../../lambda/search/stored-answer';
import { RequestContext } from '../../../../lambda/telemetry/request';
import { createWarmUpFunction } from '../../../../lambda/warm-up/warm-up-function';
import { call, type Answer } from '../../../support/api';
import { startEngines, type Engines } from '../../../support/engines';

let engines: Engines;
let conversation: ConversationFunction;
let search: SearchFunction;

beforeAll(async () => {
  engines = await startEngines();
  const warmUp = createWarmUpFunction(engines.env('warm-up'));
  await warmUp.handler({});
  await warmUp.close();
  conversation = await createConversationFunction(engines.env('conversation'));
  search = await createSearchFunction(engines.env('search'));
});

afterAll(async () => {
  await conversation.close();
  await search.close();
  await engines.stop();
});

interface Recommendation {
  vehicle: { vehicle_id: number; manufacturer: string; price: number; model_year: number; distance: number };
  score: number;
  reason: string;
}
const QUERY = 'budgetMin=1500&budgetMax=5000';
const recommend = (user: string, query = QUERY, from = conversation) =>
  call(from.handler, 'GET', `/v1/users/${user}/recommendations`, { query });
const found = ({ body }: Answer) => body.recommendations as Recommendation[];
const plain = async (limit: number) =>
  (await call(search.handler, 'GET', '/v1/vehicles/search', { query: `${QUERY}&limit=${limit}` })).body
    .vehicles as Recommendation['vehicle'][];
const like = (user: string, id: string, manufacturer: string) =>
  call(conversation.handler, 'POST', `/v1/users/${user}/signals`, {
    body: { signals: [{ id, type: 'contacted', vehicle: { manufacturer } }] },
  });

test('of whom nothing is known gets the order of the search, and is told so', async () => {
  const answer = await recommend('stranger');
  expect(answer).toMatchObject({ status: 200, body: { personalised: false, preferencesVersion: 0, limit: 20 } });
  expect(found(answer).map(({ vehicle }) => vehicle)).toEqual(await plain(20));
  for (const { vehicle, reason } of found(answer)) {
    const { price, model_year: year, distance } = vehicle;
    const [won, km] = [price, distance].map((each) => each.toLocaleString('ko-KR'));
    expect(reason).toBe(`예산(1,500~5,000만원)에 맞는 ${won}만원, ${year}년식 · 주행 ${km}km`);
  }
  expect(new Set(found(answer).map(({ reason }) => reason)).size).toBeGreaterThan(15);
});

test('whose preferences were all taken back gets the order of the search, and is told so', async () => {
  await like('empty', 'a', '기아');
  const set = await call(conversation.handler, 'PUT', '/v1/users/empty/preferences', { body: { weights: [] } });
  const answer = await recommend('empty');
  expect(answer.body).toMatchObject({ personalised: false, preferencesVersion: set.body.version });
  expect(found(answer).map(({ vehicle }) => vehicle)).toEqual(await plain(20));
});

test('who asks for camping by usage gets the order and the reasons of those who camp', async () => {
  await like('camper', 'a', '현대');
  const [byUsage, byPersona] = await Promise.all([
    recommend('camper', `${QUERY}&usage=${encodeURIComponent('주말에 차박')}`),
    recommend('camper', `${QUERY}&persona=camping_lover`),
  ]);
  expect(found(byUsage)).toEqual(found(byPersona));
  expect(found(byUsage)[0]?.reason).toMatch(/찾으시는 조건\(캠핑\)에 맞는 .*SUV/);
});

test('what is liked comes first, from the best of the search, and a new signal changes it at once', async () => {
  const candidates = [...(await plain(100))];
  const makers = [...new Set(candidates.map(({ manufacturer }) => manufacturer))];
  const [first = '', second = ''] = makers.slice(1);
  const { version } = (await like('kim', 'a', first)).body;
  const answer = await recommend('kim');
  expect(answer.body).toMatchObject({ personalised: true, preferencesVersion: version });
  expect(found(answer)[0]).toMatchObject({
    vehicle: { manufacturer: first },
    reason: expect.stringMatching(`^관심 보이신 .*${first}`) as string,
  });
  expect(found(answer).map(({ score }) => score)).toEqual(
    found(answer)
      .map(({ score }) => score)
      .sort((a, b) => b - a),
  );
  // Of one maker the order of the search stays.
  const liked = candidates.filter(({ manufacturer }) => manufacturer === first).slice(0, 3);
  expect(found(answer).map(({ vehicle }) => vehicle)).toEqual(expect.arrayContaining(liked.slice(0, 1)));
  expect(answer.body.total).toBeGreaterThan(CANDIDATES);

  for (const id of ['b', 'c']) await like('kim', id, second);
  const last = await like('kim', 'd', second);
  const changed = await recommend('kim');
  expect(changed.body.preferencesVersion).toBe(last.body.version);
  expect(found(changed)[0]).toMatchObject({ vehicle: { manufacturer: second } });
});

test('an answer is kept for its question and version, and damage to it is no answer', async () => {
  await like('lee', 'a', '기아');
  const answer = await recommend('lee');
  const key = recommendationKey('lee');
  const [field = ''] = await conversation.valkey.cluster.hkeys(key);
  expect(field).toMatch(/^1500-5000_none_nolease_any_any_20_0_[0-9a-f]{12}$/);
  expect(await conversation.valkey.cluster.ttl(key)).toBeGreaterThan(590);
  const kept = (await conversation.valkey.cluster.hget(key, field)) ?? '';
  const version = String(answer.body.preferencesVersion);
  // Proof that it is read: another answer with its own check stands there.
  await conversation.valkey.cluster.hset(
    key,
    field,
    `${version} ${checkOf(Buffer.from('{"kept":true}'))} {"kept":true}`,
  );
  expect((await recommend('lee')).body).toEqual({ kept: true });
  await conversation.valkey.cluster.hset(key, field, kept.replace('"vehicle_id"', '"vehicle_iD"'));
  const { valkey } = conversation;
  const request = new RequestContext();
  const store = new RecommendationStore(valkey, new AnswerRoom(valkey));
  const outcomes = await valkey.wave(request, [store.command('lee', field, request)]);
  expect(outcomes).toStrictEqual([{ ok: true, value: undefined }]);
  expect([request.valuesDamaged, request.valkeyFailures]).toEqual([1, 1]);
  expect((await recommend('lee')).body).toEqual(answer.body);
});

test('without Valkey, the order of the search is given', async () => {
  const away = await createConversationFunction({ ...engines.env('conversation'), VALKEY_ENDPOINT: '127.0.0.1:1' });
  const answer = await recommend('kim', QUERY, away);
  await away.close();
  expect(answer).toMatchObject({ status: 200, body: { personalised: false, preferencesVersion: null } });
  expect(found(answer).map(({ vehicle }) => vehicle)).toEqual(await plain(20));
});

test('limits are named', async () => {
  const answer = await recommend('kim', 'budgetMin=3000&budgetMax=2000&limit=51&offset=3');
  expect(answer.status).toBe(400);
  expect((answer.body.errors as { name: string }[]).map(({ name }) => name).sort()).toEqual([
    'budgetMax',
    'limit',
    'offset',
  ]);
});
