import type { Analytics } from '../../../../../lambda/contract/analytics';
import { BUSINESS_QUESTIONS } from '../../../../../lib/constructs/observability/analytics/questions';
import { call, type Options } from '../../../../support/api';
import { search } from '../../../../support/engines';
import { evaluate } from './insights';
import { Running } from './running';

let running: Running;

beforeAll(async () => {
  running = await Running.start();
});

afterAll(() => running.stop());

const ask = async (method: string, path: string, options?: Options) => {
  const answer = await call((event) => running.invoke('conversation', event), method, path, options);
  expect([200, 201]).toContain(answer.status);
  return answer.body;
};

/** The answer of the log to one of the business questions. */
function answerOf(id: string): Record<string, unknown>[] {
  const found = BUSINESS_QUESTIONS.find((each) => each.id === id);
  return evaluate(found?.query ?? '', running.lines);
}

interface Vehicle {
  manufacturer: string;
  model: string;
}

let vehicles: Vehicle[] = [];

/** Nine searches by search, five by sessions, two recommendations. */
async function aDay(): Promise<void> {
  const searches = [
    ...Array.from({ length: 3 }, () => 'budgetMin=2500&budgetMax=3200&persona=working_mom'),
    'budgetMin=2500&budgetMax=3200&persona=working_mom&offset=20',
    'budgetMin=2500&budgetMax=3200&persona=working_mom&offset=2000&usage=캠핑',
    'budgetMin=500&budgetMax=3500&usage=주말 캠핑',
    'budgetMin=500&budgetMax=3501&usage=낚시&familyType=large',
    'budgetMin=500&budgetMax=900000&familyType=couple&includeLease=true',
    'budgetMin=0&budgetMax=0',
  ];
  for (const query of searches) {
    const { statusCode, body } = await running.invoke('search', search(query));
    expect(statusCode).toBe(200);
    vehicles = [...vehicles, ...(JSON.parse(body) as { vehicles: Vehicle[] }).vehicles];
  }
  expect((await running.invoke('search', search('budgetMin=x'))).statusCode).toBe(400);

  const begin = async () =>
    `/v1/sessions/${(await ask('POST', '/v1/sessions', { body: { userId: 'kim', question: '?' } })).sessionId}`;
  const question = (path: string, headers = {}) =>
    ask('POST', `${path}/questions`, {
      body: { question: '?', needs: { budgetMin: 2500, budgetMax: 3200, persona: 'working_mom' } },
      headers,
    });
  await begin();
  const stopped = await begin();
  await question(stopped, { 'idempotency-key': 'once' });
  await question(stopped, { 'idempotency-key': 'once' });
  const done = await begin();
  for (let n = 1; n <= 3; n++) await question(done);
  for (let times = 1; times <= 2; times++)
    await ask('POST', `${done}/complete`, { headers: { 'idempotency-key': 'done' } });

  const [vehicle] = vehicles;
  await ask('POST', '/v1/users/kim/signals', { body: { signals: [{ id: '1', type: 'liked', vehicle }] } });
  for (let times = 1; times <= 2; times++) {
    const { personalised, recommendations } = await ask('GET', '/v1/users/kim/recommendations', {
      query: 'budgetMin=2500&budgetMax=3200&persona=working_mom',
    });
    expect(personalised).toBe(true);
    vehicles = [...vehicles, ...(recommendations as { vehicle: Vehicle }[]).map((each) => each.vehicle)];
  }
  await running.flush();
}

describe('the log of a day', () => {
  beforeAll(aDay);

  test('answers every business question: each field of each query is there', () => {
    const rows = BUSINESS_QUESTIONS.map(({ id }) => [id, answerOf(id).length]);
    expect(Object.fromEntries(rows)).toEqual({
      personas: 2,
      budgets: 4,
      'budgets-of-personas': 5,
      usages: 4,
      pages: 3,
      'cars-shown': 38,
      catalogues: 1,
      'questions-a-session': 4,
      'where-sessions-stop': 4,
    });
  });

  test('knows who asks for what', () => {
    expect(answerOf('personas')).toEqual([
      { 'each.persona': 'working_mom', searches: 12 },
      { 'each.persona': 'none', searches: 4 },
    ]);
    expect(answerOf('budgets').map((row) => [row['each.budgetUpTo'], row.searches])).toEqual([
      [1_000, 1],
      [3_500, 13],
      [4_000, 1],
      [1_000_000, 1],
    ]);
    expect(answerOf('budgets-of-personas').at(-1)).toEqual({
      'each.persona': 'working_mom',
      'each.budgetUpTo': 3_500,
      searches: 12,
    });
    expect(answerOf('usages')).toEqual(
      [
        ['any', 'any', 'nolease', 13],
        ['camping', 'any', 'nolease', 1],
        ['any', 'large', 'nolease', 1],
        ['any', 'any', 'lease', 1],
      ].map(([usage, familyType, lease, searches]) => ({
        'each.usage': usage,
        'each.familyType': familyType,
        'each.lease': lease,
        searches,
      })),
    );
    expect(answerOf('pages').map((row) => [row['each.page'], row.searches])).toEqual([
      [1, 14],
      [2, 1],
      [10, 1],
    ]);
  });

  test('knows which cars were shown: only such, the whole answer where a line holds one', () => {
    const named = new Set(vehicles.map(({ manufacturer, model }) => `${manufacturer} ${model}`));
    const shown = answerOf('cars-shown').map((row) => [
      `${String(row['each.maker'])} ${String(row['each.model'])}`,
      row,
    ]);
    for (const [name] of shown) expect(named).toContain(name);
    const { askedFor, carsShown } = listsOf(running.lines, 'carsShown')[0] as Analytics;
    expect(askedFor.map(({ searches }) => searches)).toEqual([1]);
    const first = vehicles.slice(0, 20);
    expect(Object.fromEntries(carsShown.map(({ maker, model, listings }) => [`${maker} ${model}`, listings]))).toEqual(
      Object.fromEntries(
        first.map(({ manufacturer, model }) => [
          `${manufacturer} ${model}`,
          first.filter((each) => each.manufacturer === manufacturer && each.model === model).length,
        ]),
      ),
    );
  });

  test('knows which catalogue was in memory', () => {
    expect(answerOf('catalogues')).toEqual([
      { 'each.catalogue': expect.stringMatching(/^[0-9a-f]{12}$/) as unknown, searches: 16 },
    ]);
  });

  test('knows how far sessions go: one only began, one stopped after a question, one was completed after three', () => {
    const steps = answerOf('where-sessions-stop').map((row) => [
      row['each.question'],
      row.reached,
      row.stopped,
      row.completed,
    ]);
    expect(steps).toEqual([
      [0, 3, 1, 0],
      [1, 2, 1, 0],
      [2, 1, 0, 0],
      [3, 1, 0, 1],
    ]);
    expect(answerOf('questions-a-session').at(-1)).toEqual({ 'each.question': 3, completed: 1 });
  });
});

function listsOf(lines: readonly string[], list: keyof Analytics): Partial<Analytics>[] {
  return lines.filter((line) => line.includes(`"${list}"`)).map((line) => JSON.parse(line) as Partial<Analytics>);
}
