import * as z from 'zod';
import { json, type Operation, route } from '../../../lambda/http/operation';
import { id } from '../../../lambda/http/parameters';
import { orUnavailable, Problem, unavailable } from '../../../lambda/http/problem';
import { createRouter } from '../../../lambda/http/router';
import type { Audit } from '../../../lambda/telemetry/audit';
import { logger } from '../../../lambda/telemetry/emitter';
import type { RequestContext } from '../../../lambda/telemetry/request';
import { get, request } from '../../support/engines';

const responses = () => ({ 200: { description: 'It.' } });
const thing = {
  operationId: 'getThing',
  method: 'GET',
  path: '/v1/things/{thingId}/parts',
  summary: 'A thing',
  pathParameters: () => z.strictObject({ thingId: id() }),
  responses,
} as const satisfies Operation;
const removal = {
  operationId: 'removeThing',
  method: 'DELETE',
  path: '/v1/things/{thingId}',
  summary: 'No thing',
  pathParameters: () => z.strictObject({ thingId: id() }),
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

describe('what is noted of a request', () => {
  const paths: Record<string, Pick<Operation, 'path' | 'pathParameters' | 'body'>> = {
    person: {
      path: '/v1/users/{userId}/things/{sessionId}',
      pathParameters: () => z.object({ userId: id(), sessionId: id() }),
    },
    body: { path: '/v1/sessions', body: () => z.object({ userId: z.unknown(), sessionId: z.unknown() }) },
    both: {
      path: '/v1/own/{thingId}',
      pathParameters: () => z.object({ thingId: id() }),
      body: () => z.object({ userId: id() }),
    },
    rest: { path: '/v1/photos/{photo+}', pathParameters: () => z.strictObject({ photo: z.string() }) },
    fails: { path: '/v1/fails' },
    unavailable: { path: '/v1/unavailable' },
  };
  const bug = new Error('a bug');
  const answers = {
    fails: () => Promise.reject(bug),
    unavailable: () => Promise.reject(unavailable('Not now.', undefined, bug)),
  };
  const noted: [RequestContext, number][] = [];
  const lines: string[] = [];
  const audit = {
    requested: (_: unknown, { operation }: RequestContext, { statusCode }: { statusCode: number }) =>
      lines.push(`${operation} ${statusCode}`),
  } as unknown as Audit;
  const noting = createRouter(
    Object.entries(paths).map(([operationId, parts]) =>
      route({ operationId, method: 'POST', summary: 'It', responses, ...parts }, ({ path }) =>
        operationId in answers
          ? answers[operationId as keyof typeof answers]()
          : Promise.resolve(json(200, path ?? {})),
      ),
    ),
    (context, { statusCode }) => void noted.push([context, statusCode]),
    audit,
  );
  const post = async (path: string, body: unknown = null, more: object = {}) => {
    const answer = await noting({ ...request('POST', path, '', body === null ? null : JSON.stringify(body)), ...more });
    const [context] = noted.at(-1) ?? [];
    return { answer, context };
  };

  test('the operation, and whose data it is about: of the path, else of the body, if they are texts', async () => {
    const { operation, person, session } = (await post('/v1/users/u/things/s')).context ?? {};
    expect([operation, person, session]).toEqual(['person', 'u', 's']);
    expect((await post('/v1/sessions', { userId: 'u', sessionId: 's' })).context).toMatchObject({
      operation: 'body',
      person: 'u',
      session: 's',
    });
    expect((await post('/v1/sessions', { userId: 1, sessionId: {} })).context).toMatchObject({
      operation: 'body',
      person: undefined,
      session: undefined,
    });
    expect((await post('/v1/own/t', { userId: 'u' })).context).toMatchObject({ operation: 'both', person: undefined });
    expect((await post('/v1/fails')).context).toMatchObject({ operation: 'fails', person: undefined });
    expect((await post('/v1/nothing')).context).toMatchObject({ operation: undefined });
    expect(lines.slice(-2)).toEqual(['fails 500', 'undefined 404']);
    expect(noted.slice(-2).map(([, status]) => status)).toEqual([500, 404]);
  });

  test('the principal: a role whoever took it on, a user, or nobody', async () => {
    const caller = async (userArn: string | undefined) =>
      (await post('/v1/nothing', null, { requestContext: { identity: { userArn } } })).context?.caller;
    const sts = 'arn:aws:sts::111122223333:assumed-role/agents';
    expect(await caller(`${sts}/one`)).toBe(sts);
    expect(await caller('arn:aws:iam::111122223333:user/team/one')).toBe('arn:aws:iam::111122223333:user/team/one');
    expect(await caller(undefined)).toBe('unsigned');
  });

  test('whether the system itself asks, whatever the case of its header', async () => {
    const probe = async (headers: unknown) => (await post('/v1/nothing', null, { headers })).context?.probe;
    expect([await probe({ host: 'x', 'X-CarFin-Probe': '1' }), await probe({ host: 'x' }), await probe(null)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('the rest of a path is one parameter, slashes and all', async () => {
    const { answer } = await post('/v1/photos/a/b%20c.jpg');
    expect([answer.statusCode, answer.body]).toEqual([200, '{"photo":"a/b c.jpg"}']);
  });

  test('a failure becomes a problem, and the log has its cause', async () => {
    const error = jest.spyOn(logger, 'error').mockImplementation(() => undefined);
    try {
      const { answer: failed } = await post('/v1/fails');
      expect([failed.statusCode, JSON.parse(failed.body)]).toEqual([
        500,
        {
          type: 'about:blank',
          title: 'Internal error',
          status: 500,
          detail: 'The request failed for a reason that the log tells. It can be repeated.',
        },
      ]);
      expect(failed.headers).toEqual({
        'content-type': 'application/problem+json',
        'cache-control': 'no-store',
        link: '</v1/openapi.json>; rel="service-desc"',
      });
      const { answer: later } = await post('/v1/unavailable');
      expect([later.statusCode, later.headers]).toMatchObject([503, { 'retry-after': '2' }]);
      await post('/v1/nothing');
      expect(error.mock.calls).toEqual([
        ['A request failed unexpectedly', bug],
        ['Not now.', { cause: bug }],
      ]);
    } finally {
      error.mockRestore();
    }
  });
});

test('HEAD is GET without its body; what a path does not take names what it takes', async () => {
  const head = await handler({ ...get('/v1/things/a/parts'), httpMethod: 'HEAD' });
  expect(head).toEqual({
    statusCode: 200,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' },
    body: '',
    isBase64Encoded: false,
  });
  const refused = async (method: string, path: string) => {
    const { statusCode, headers, body } = await handler(request(method, path));
    return [statusCode, headers?.allow, (JSON.parse(body) as { detail: string }).detail];
  };
  expect(await refused('POST', '/v1/things/a/parts')).toEqual([405, 'GET, HEAD', 'Allowed here: GET, HEAD']);
  expect(await refused('GET', '/v1/things/a')).toEqual([405, 'DELETE', 'Allowed here: DELETE']);
});

test('a dependency that fails is 503, to be asked again after a second unless said otherwise', async () => {
  const cause = new Error('ECONNREFUSED');
  const thrown = async (seconds?: number) =>
    orUnavailable(Promise.reject(cause), 'Not now.', seconds).catch((error: unknown) => error as Problem);
  const problem = await thrown();
  expect([problem.name, problem.status, problem.message, problem.cause]).toEqual(['Problem', 503, 'Not now.', cause]);
  expect(problem.toResponse().headers).toMatchObject({ 'retry-after': '1' });
  expect((await thrown(7)).toResponse().headers).toMatchObject({ 'retry-after': '7' });
  expect(await orUnavailable(Promise.resolve('here'), 'Not now.')).toBe('here');
});

test.each([
  [400, 'The request is not valid'],
  [404, 'Not found'],
  [405, 'This method is not allowed here'],
  [406, 'No answer has a form that is accepted'],
  [409, 'The request conflicts with the current state'],
  [410, 'This is no longer kept'],
  [412, 'It has changed meanwhile'],
  [413, 'The request is too large'],
  [415, 'This media type is not supported'],
  [429, 'Too many requests'],
  [500, 'Internal error'],
  [503, 'The answer cannot be known right now'],
  [418, 'The request failed'],
])('a problem of status %i is titled: %s', (status, title) => {
  const { statusCode, body } = new Problem(status, 'Why.').toResponse();
  expect([statusCode, JSON.parse(body)]).toEqual([status, { type: 'about:blank', title, status, detail: 'Why.' }]);
});
