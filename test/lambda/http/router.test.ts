import * as z from 'zod';
import { json, route, type Operation } from '../../../lambda/http/operation';
import { id } from '../../../lambda/http/parameters';
import { createRouter } from '../../../lambda/http/router';
import { get, request } from '../../support/engines';

const responses = { 200: { description: 'It.' } };
const thing = {
  operationId: 'getThing',
  method: 'GET',
  path: '/v1/things/{thingId}/parts',
  summary: 'A thing',
  pathParameters: z.strictObject({ thingId: id() }),
  responses,
} as const satisfies Operation;
const removal = {
  operationId: 'removeThing',
  method: 'DELETE',
  path: '/v1/things/{thingId}',
  summary: 'No thing',
  pathParameters: z.strictObject({ thingId: id() }),
  responses,
} as const satisfies Operation;

const handler = createRouter(
  [
    route(thing, ({ path }) => Promise.resolve(json(200, path))),
    route(removal, ({ path }) => Promise.resolve(json(200, path))),
  ],
  () => undefined,
);

test('what a URL would read as its end is a part of the path, encoded as API Gateway gives it or not', async () => {
  for (const mark of ['#', '?', ';', '%', '%x', '?x=1#']) {
    const { statusCode, body } = await handler(get(`/v1/things/a${mark}b/parts`));
    expect(statusCode).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ errors: [{ in: 'path', name: 'thingId', received: `a${mark}b` }] });
    expect((await handler(request('DELETE', `/v1/things/a${mark}`))).statusCode).toBe(400);
  }
  // Decoded once, by the router alone.
  expect((await handler(get('/v1/things/%EC%B0%A8%2F%25/parts'))).body).toContain('"received":"차/%"');
  expect((await handler(get('/v1/things/a/../b/parts'))).statusCode).toBe(404);
  expect((await handler(get('/v1/things/a/parts'))).body).toBe('{"thingId":"a"}');
});

test.each([
  ['by its own name', '/live/v1/nothing', '/v1/nothing', '/live'],
  ['where the gateway adds nothing', undefined, '/v1/nothing', ''],
])('a problem links to what the API takes, as its caller can open it: %s', async (_, whole, path, base) => {
  const event = { ...get(path), requestContext: { path: whole } as never };
  const { statusCode, headers, body } = await handler(event);
  expect([statusCode, headers?.link]).toEqual([404, `<${base}/v1/openapi.json>; rel="service-desc"`]);
  expect((JSON.parse(body) as { detail: string }).detail).toBe(
    `No operation has this path: GET ${base}/v1/openapi.json lists all of them.`,
  );
  const refused = await handler({ ...get('/v1/things/a/parts', 'colour=red'), requestContext: {} as never });
  expect([refused.statusCode, refused.headers?.link]).toEqual([400, '</v1/openapi.json>; rel="service-desc"']);
});

test('no problem names a file of the repository, which a caller does not have', async () => {
  for (const event of [
    get('/'),
    get('/v1/things/a b/parts'),
    request('PUT', '/v1/things/a'),
    get('/v1/things/a/parts', 'x=1'),
  ]) {
    const { body } = await handler(event);
    expect(body).not.toMatch(/docs\/|\.md/);
  }
});

describe('an answer that Lambda would turn into 502 (6,291,556 bytes of JSON)', () => {
  const page = {
    operationId: 'getPage',
    method: 'GET',
    path: '/v1/page',
    summary: 'A page',
    responses,
  } as const satisfies Operation;
  let text = '';
  const paging = createRouter([route(page, () => Promise.resolve(json(200, { text })))], () => undefined);

  test.each([
    ['letters', 'x', 6_200_000, 6_300_000],
    ['한글, three bytes each', '차', 2_070_000, 2_100_000],
    ['quotes, which JSON escapes twice', '"', 1_550_000, 1_600_000],
    ['backslashes', '\\', 1_550_000, 1_600_000],
  ])('%s: what fits is given, more is 400 that names limit', async (_, letter, fits, more) => {
    text = letter.repeat(fits);
    const whole = await paging(get('/v1/page'));
    expect(whole.statusCode).toBe(200);
    expect(Buffer.byteLength(JSON.stringify(whole))).toBeLessThan(6_291_556);
    text = letter.repeat(more);
    const refused = await paging(get('/v1/page'));
    expect([refused.statusCode, JSON.parse(refused.body)]).toMatchObject([
      400,
      { errors: [{ in: 'query', name: 'limit', rule: expect.stringContaining('of at most 6225920') as string }] },
    ]);
    expect((await paging({ ...get('/v1/page'), httpMethod: 'HEAD' })).statusCode).toBe(400);
  });
});
