import { isConnectionLost as lostByDatabase } from '../../../lambda/database/errors';
import { Breaker } from '../../../lambda/valkey/breaker';
import { isConnectionLost, ValkeyUnavailableError } from '../../../lambda/valkey/errors';

const behind = (message: string) => new Error('127.0.0.1:1', { cause: new Error(message) });

test.each([
  ['Connection is closed.', true],
  ["Stream isn't writeable and enableOfflineQueue options is false", true],
  ['read ECONNRESET', true],
  ['write EPIPE', true],
  ['no reply within the deadline of the request', false],
  ['WRONGPASS invalid username-password pair', false],
  ['connect ECONNREFUSED 127.0.0.1:6379', false],
])('“%s” of a command: a connection that was lost is %s', (message, lost) => {
  expect([isConnectionLost(new Error(message)), isConnectionLost(behind(message))]).toEqual([lost, lost]);
  expect(isConnectionLost(undefined)).toBe(false);
});

test('a node that is left alone is so for what it last failed of', () => {
  const breaker = new Breaker();
  breaker.failed(new Error('no reply within the deadline of the request'));
  expect(breaker.connectionLost).toBe(false);
  breaker.failed(behind('read ECONNRESET'));
  expect(breaker.connectionLost).toBe(true);
  const of = (cause: Error) => new ValkeyUnavailableError('node', { cause }).connectionLost;
  expect([of(behind('read ECONNRESET')), of(new Error('Command timed out'))]).toEqual([true, false]);
  expect(new ValkeyUnavailableError('node', undefined, true).connectionLost).toBe(true);
});

test.each([
  [{ code: '57P01' }, true],
  [{ code: 'ECONNRESET' }, true],
  [{ message: 'Connection terminated unexpectedly' }, true],
  [{ code: '53300' }, false],
  [{ message: 'Query read timeout' }, false],
])('%j of a query: a connection that was lost is %s', (error, lost) => {
  expect(lostByDatabase(error)).toBe(lost);
});
