import type { APIGatewayProxyEvent } from 'aws-lambda';
import { ownPath } from '../../../lambda/http/own-path';

const of = (resource: string, path: string, whole: string) =>
  ownPath({ resource, path, requestContext: { path: whole } } as unknown as APIGatewayProxyEvent);

test.each([
  ['the default name, with the stage', '/v1/sessions', '/v1/sessions', '/live/v1/sessions', '/v1/sessions', '/live'],
  [
    'a custom domain',
    '/v1/{proxy+}',
    '/carfin/v1/vehicles/search',
    '/carfin/v1/vehicles/search',
    '/v1/vehicles/search',
    '/carfin',
  ],
  [
    'a base path of two parts',
    '/v1/sessions/{sessionId}',
    '/a/b/v1/sessions/x',
    '/a/b/v1/sessions/x',
    '/v1/sessions/x',
    '/a/b',
  ],
  ['a custom domain without one', '/v1/users/{proxy+}', '/v1/users/u', '/v1/users/u', '/v1/users/u', ''],
  ['a base path that looks like ours', '/v1/sessions', '/v1/v1/sessions', '/v1/v1/sessions', '/v1/sessions', '/v1'],
  ['a local system', '/{proxy+}', '/v1/users/u', '/v1/users/u', '/v1/users/u', ''],
  // Authorised as a part of a session; read as a person it would be erased.
  [
    'a part that looks like another resource',
    '/v1/sessions/{sessionId}/{proxy+}',
    '/v1/sessions/x/v1/users/u',
    '/v1/sessions/x/v1/users/u',
    '/v1/sessions/x/v1/users/u',
    '',
  ],
  [
    'the same by the default name',
    '/v1/{proxy+}',
    '/v1/x/v1/users/u',
    '/live/v1/x/v1/users/u',
    '/v1/x/v1/users/u',
    '/live',
  ],
])('%s', (_, resource, path, whole, own, base) => {
  expect(of(resource, path, whole)).toEqual({ path: own, base });
});

test('a path that fits no resource, and an event without its context, stay as they are', () => {
  expect(of('/v1/sessions', '/v1/other', '/v1/other')).toEqual({ path: '/v1/other', base: '' });
  expect(of('/v1/sessions', '/v1/sessions/x', '/v1/sessions/x')).toEqual({ path: '/v1/sessions/x', base: '' });
  expect(of('/v1/{a}+', '/v1/x', '/v1/x')).toEqual({ path: '/v1/x', base: '' });
  const event = { resource: '/v1/sessions', path: '/v1/sessions' } as unknown as APIGatewayProxyEvent;
  expect(ownPath(event)).toEqual({ path: '/v1/sessions', base: '' });
});
