import type { APIGatewayProxyResult } from 'aws-lambda';
import { createSearchFunction, type SearchFunction } from '../../../lambda/search/search-function';
import { request, search } from '../../support/engines';

let current: SearchFunction;

// No store is asked for a request that is refused, so none is there.
beforeAll(async () => {
  current = await createSearchFunction({
    VALKEY_ENDPOINT: '127.0.0.1:1',
    VALKEY_USER: 'search',
    VALKEY_PASSWORD_FILE: __filename,
    DATABASE_URL: 'postgresql://127.0.0.1:1/none',
  });
});
afterAll(async () => {
  await current.close();
});

interface Details {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: { in: string; name: string; rule: string; received?: string }[];
}

function details(answer: APIGatewayProxyResult): Details {
  expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json' });
  const body = JSON.parse(answer.body) as Details;
  expect(body.status).toBe(answer.statusCode);
  return body;
}

const VALID = { budgetMin: '1000', budgetMax: '2000' };
const with_ = (parameters: Record<string, string>) => new URLSearchParams({ ...VALID, ...parameters }).toString();

describe('a search that breaks a rule is answered with 400, the parameter, the rule and the value', () => {
  test.each<[string, string, string, RegExp, string | undefined]>([
    ['no budget', 'budgetMax=2000', 'budgetMin', /integer from 0 to 1000000/, undefined],
    ['an empty budget', with_({ budgetMin: '' }), 'budgetMin', /integer/, ''],
    ['a negative budget', with_({ budgetMin: '-1' }), 'budgetMin', /integer/, '-1'],
    ['a budget with a sign', with_({ budgetMin: '+1' }), 'budgetMin', /integer/, '+1'],
    ['an exponent', with_({ budgetMax: '1e5' }), 'budgetMax', /integer/, '1e5'],
    ['a fraction', with_({ budgetMax: '2000.5' }), 'budgetMax', /integer/, '2000.5'],
    ['a leading zero', with_({ budgetMin: '01' }), 'budgetMin', /integer/, '01'],
    ['full-width digits', with_({ budgetMin: '１' }), 'budgetMin', /integer/, '１'],
    ['too large a budget', with_({ budgetMax: '1000001' }), 'budgetMax', /integer/, '1000001'],
    ['min above max', with_({ budgetMin: '3000' }), 'budgetMax', /at least budgetMin/, '2000'],
    ['an unknown persona', with_({ persona: '__proto__' }), 'persona', /one of none, first_car_anxiety/, '__proto__'],
    ['an unknown family', with_({ familyType: 'Large' }), 'familyType', /one of any, single/, 'Large'],
    ['yes for true', with_({ includeLease: 'yes' }), 'includeLease', /true or false/, 'yes'],
    ['no limit at all', with_({ limit: '0' }), 'limit', /from 1 to 100/, '0'],
    ['too many', with_({ limit: '101' }), 'limit', /from 1 to 100/, '101'],
    ['too far', with_({ offset: '10001' }), 'offset', /from 0 to 10000/, '10001'],
    ['NUL in the usage', with_({ usage: 'a\0b' }), 'usage', /control characters/, 'a\0b'],
    ['a parameter that is none', with_({ colour: 'red' }), 'colour', /not known here/, 'red'],
    ['__proto__ as a parameter', `${with_({})}&__proto__=1`, '__proto__', /not known here/, '1'],
    ['a repeated parameter', `${with_({})}&limit=1&limit=2`, 'limit', /not be repeated/, '1, 2'],
  ])('%s', async (_, query, name, rule, received) => {
    const answer = await current.handler(search(query));
    expect(answer.statusCode).toBe(400);
    const { errors = [] } = details(answer);
    expect(errors).toContainEqual({
      in: 'query',
      name,
      rule: expect.stringMatching(rule) as unknown,
      ...(received === undefined ? {} : { received }),
    });
  });

  test('everything that is wrong is named at once', async () => {
    const { errors = [] } = details(await current.handler(search('budgetMin=x&limit=y&nothing=z')));
    expect(errors.map(({ name }) => name).sort()).toEqual(['budgetMax', 'budgetMin', 'limit', 'nothing']);
  });

  test('a value is shown shortened, never whole', async () => {
    const answer = await current.handler(search(with_({ persona: 'x'.repeat(5_000) })));
    expect(answer.body.length).toBeLessThan(1_000);
  });
});

test('an unknown path is 404, a method that is not there 405 with those that are', async () => {
  expect(details(await current.handler(request('GET', '/v1/vehicles'))).status).toBe(404);
  const answer = await current.handler(request('DELETE', '/v1/vehicles/search'));
  expect(details(answer).status).toBe(405);
  expect(answer.headers).toMatchObject({ allow: 'GET, HEAD' });
});

test('when nothing can know the answer it is 503 with Retry-After, never an empty list', async () => {
  const answer = await current.handler(search(with_({})));
  expect(answer.statusCode).toBe(503);
  expect(details(answer).detail).toMatch(/Neither the cache nor the database/);
  expect(answer.headers).toMatchObject({ 'retry-after': '2' });
});
