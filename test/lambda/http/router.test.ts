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

test('what a URL would read as its end is a part of the path, which API Gateway has decoded', async () => {
  for (const mark of ['#', '?', ';', '%', '%x', '?x=1#']) {
    const { statusCode, body } = await handler(get(`/v1/things/a${mark}b/parts`));
    expect(statusCode).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ errors: [{ in: 'path', name: 'thingId', received: `a${mark}b` }] });
    expect((await handler(request('DELETE', `/v1/things/a${mark}`))).statusCode).toBe(400);
  }
  expect((await handler(get('/v1/things/a/../b/parts'))).statusCode).toBe(404);
  expect((await handler(get('/v1/things/a/parts'))).body).toBe('{"thingId":"a"}');
});
