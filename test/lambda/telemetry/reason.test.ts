import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { readJson } from '../../../lambda/contract/outside-json';
import { ToldError } from '../../../lambda/contract/told-error';
import { DatabaseUnavailableError } from '../../../lambda/database/errors';
import { PrivateLogFormatter } from '../../../lambda/telemetry/log-formatter';
import { reasonOf } from '../../../lambda/telemetry/reason';
import { PROJECT_ROOT } from '../../../lib/constructs/functions/bundle';
import { ValkeyCommandError, ValkeyUnavailableError } from '../../../lambda/valkey/errors';

const SECRET = 'pässwörd 김민수';
const error = (message: string, more: object = {}) => Object.assign(new Error(message), more);

/** As the dependencies write them, each with what it was given. */
const RAW: [string, Error][] = [
  ['JSON.parse', thrownBy(() => JSON.parse(SECRET))],
  ['JSON.parse, late', thrownBy(() => JSON.parse(`{"a": 1, "b": ${SECRET}}`))],
  [
    'Valkey: an unknown command',
    error(`ERR unknown command 'x', with args beginning with: '${SECRET}'`, { name: 'ReplyError' }),
  ],
  ['Valkey: a reply without a code', error(`${SECRET} is not allowed`, { name: 'ReplyError' })],
  ['PostgreSQL', error(`invalid input syntax for type integer: "${SECRET}"`, { code: '22P02', detail: SECRET })],
  ['a code that is a value', error('failed', { code: SECRET })],
  ['a name that is a value', error('failed', { name: SECRET })],
  ['the file system', error(`ENOENT: no such file or directory, open '${SECRET}'`, { code: 'ENOENT', path: SECRET })],
  ['AWS', error(`User: ${SECRET} is not authorized`, { name: 'AccessDeniedException' })],
  ['a chain', new Error(SECRET, { cause: error(SECRET, { lastNodeError: new Error(SECRET) }) })],
];

function thrownBy(work: () => unknown): Error {
  try {
    work();
  } catch (thrown) {
    return thrown as Error;
  }
  throw new Error('nothing was thrown');
}

/** What it returns; what it throws as its message and cause, or as they should be. */
function outcome(work: () => unknown, told = ({ message, cause }: Error): unknown => [message, cause]): unknown {
  try {
    return { read: work() };
  } catch (thrown) {
    return { refused: told(thrown as Error) };
  }
}

const said = (text: string) => ['pässwörd', '김민수'].filter((word) => text.includes(word));

test.each(RAW)('what %s was given is neither in a reason, in our errors, nor in a log line', (_, raw) => {
  expect([raw.message, JSON.stringify(raw), raw.name, raw.stack].join()).toContain('pässwörd');
  const line = new PrivateLogFormatter().formatError(raw);
  const ours = [new DatabaseUnavailableError(raw), new ValkeyCommandError(raw)].map(({ message }) => message);
  expect([reasonOf(raw), ...ours, JSON.stringify(line)].flatMap(said)).toStrictEqual([]);
  expect(reasonOf(raw)).not.toBe('');
});

test('what helps the engineer on call is told', () => {
  expect(reasonOf(error('', { code: 'ECONNREFUSED' }))).toBe('ECONNREFUSED');
  expect(reasonOf(error('', { code: '28P01' }))).toBe('the password or token is wrong (28P01)');
  expect(reasonOf(error('', { code: 'CERT_HAS_EXPIRED' }))).toBe('the certificate is refused (CERT_HAS_EXPIRED)');
  expect(reasonOf(error('NOPERM no permission', { name: 'ReplyError' }))).toBe('NOPERM');
  expect(reasonOf(error('Query read timeout'))).toBe('Query read timeout');
  expect(reasonOf(new ToldError('the time of this request is spent'))).toBe('the time of this request is spent');
  expect(reasonOf(new ValkeyUnavailableError('no connection'))).toBe('Valkey is unavailable: no connection');
});

test('what iovalkey says alike of every connection that fails is told as it says it', () => {
  const built = path.join(PROJECT_ROOT, 'node_modules/iovalkey/built');
  const sources = ['Redis.js', 'Command.js', 'cluster/index.js', 'redis/event_handler.js', 'utils/index.js'];
  const text = sources.map((file) => readFileSync(path.join(built, file), 'utf8')).join('');
  const written = [...text.matchAll(/new (?:redis_errors_1\.)?\w*Error\("([^"]+)"\)/g)].map(
    ([, message = '']) => message,
  );
  // Of its misuse, which no connection meets, and what has a code.
  const others = /^Redis is already|subscriber|monitoring|new connection is made|at least one node|^connect ETIMEDOUT$/;
  const failures = [...new Set(written)].filter((message) => !others.test(message));
  expect(failures).toContain('timeout');
  expect(failures.map((message) => reasonOf(new Error(message)))).toEqual(failures);
});

test('JSON from outside is read as JSON.parse reads it, or its error says where and never what', () => {
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string({ unit: 'grapheme', maxLength: 40 })), (text) => {
      expect(outcome(() => readJson(text, 'The secret'))).toEqual(
        outcome(
          () => JSON.parse(text) as unknown,
          () => ['The secret is not JSON.', undefined],
        ),
      );
    }),
  );
});
