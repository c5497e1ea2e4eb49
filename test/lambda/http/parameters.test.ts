import type * as z from 'zod';
import {
  entityTag,
  flag,
  id,
  integer,
  integerOr,
  jsonObject,
  oneOf,
  prose,
  text,
  usage,
} from '../../../lambda/http/parameters';

/** The value that a schema makes of an input, or the rules that this breaks. */
function of(schema: z.ZodType, input: unknown): unknown {
  const { success, data, error } = schema.safeParse(input);
  return success ? { value: data } : [...new Set(error.issues.map(({ message }) => message))];
}
const nested = (depth: number): unknown => (depth === 0 ? 1 : { x: [nested(depth - 2)] });

const FROM_5_TO_20 = ['must be an integer from 5 to 20 (km)'];
const TAG = ['must be one version, such as "7"'];
const ID = ['must be text that matches [A-Za-z0-9._-]{1,64} and is neither . nor .., which clients take out of a path'];
const TEXT = ['must be one line of text, at most 3 characters, without tabs and other control characters'];
const TEXT_FROM_2 = ['must be one line of text, 2 to 3 characters, without tabs and other control characters'];
const PROSE = [
  'must be text of 1 to 3 characters, not of white space alone, without control characters but line ends and tabs',
];
const OBJECT = ['must be a JSON object, nested at most 32 deep'];

test.each<[string, () => z.ZodType, unknown, unknown]>([
  ['an integer', () => integer(5, 20, 'km'), '5', { value: 5 }],
  ['an integer', () => integer(5, 20, 'km'), '20', { value: 20 }],
  ['an integer', () => integer(5, 20, 'km'), '4', FROM_5_TO_20],
  ['an integer', () => integer(5, 20, 'km'), '21', FROM_5_TO_20],
  ['an integer', () => integer(5, 20, 'km'), '05', FROM_5_TO_20],
  ['an integer', () => integer(5, 20, 'km'), '7x', FROM_5_TO_20],
  ['an integer', () => integer(5, 20, 'km'), 'x7', FROM_5_TO_20],
  ['an integer', () => integer(5, 20, 'km'), '000', FROM_5_TO_20],
  ['an integer', () => integer(5, 20, 'km'), 7, FROM_5_TO_20],
  ['an integer without unit', () => integer(0, 9), '10', ['must be an integer from 0 to 9']],
  ['an integer without unit', () => integer(0, 9), '0', { value: 0 }],
  ['an integer with a default', () => integerOr(20, 1, 100), undefined, { value: 20 }],
  ['an integer with a default', () => integerOr(20, 1, 100), '100', { value: 100 }],
  ['an integer with a default', () => integerOr(20, 1, 100), '101', ['must be an integer from 1 to 100']],
  ['a flag', flag, 'true', { value: true }],
  ['a flag', flag, 'false', { value: false }],
  ['a flag', flag, undefined, { value: false }],
  ['a flag', flag, 'TRUE', ['must be true or false']],
  ['one of some', () => oneOf(['a', 'b']), 'b', { value: 'b' }],
  ['one of some', () => oneOf(['a', 'b']), 'c', ['must be one of a, b']],
  ['a text', () => text(3), '', { value: '' }],
  ['a text', () => text(3), '차차차', { value: '차차차' }],
  // Six halves of characters, as JavaScript counts them.
  ['a text', () => text(3), '🚗🚗🚗', { value: '🚗🚗🚗' }],
  ['a text', () => text(3), '🚗🚗🚗🚗', TEXT],
  ['a text', () => text(3), 'xxxx', TEXT],
  ['a text', () => text(3), 'a\nb', TEXT],
  ['a text', () => text(3), 'a\tb', TEXT],
  ['a text', () => text(3), '\u0085', TEXT],
  ['a text', () => text(3), 7, TEXT],
  ['a text that is not empty', () => text(3, 2), 'xx', { value: 'xx' }],
  ['a text that is not empty', () => text(3, 2), 'x', TEXT_FROM_2],
  ['what a car is for', usage, 'x'.repeat(200), { value: 'x'.repeat(200) }],
  [
    'what a car is for',
    usage,
    'x'.repeat(201),
    ['must be one line of text, at most 200 characters, without tabs and other control characters'],
  ],
  ['prose', () => prose(3), '🚗🚗🚗', { value: '🚗🚗🚗' }],
  ['prose', () => prose(3), '\t\r\n', PROSE],
  ['prose', () => prose(3), ' \u3000 ', PROSE],
  ['prose', () => prose(3), ' a\n', { value: ' a\n' }],
  ['prose', () => prose(3), '', PROSE],
  ['prose', () => prose(3), 'xxxx', PROSE],
  ['prose', () => prose(3), '\u0000', PROSE],
  ['prose', () => prose(3), '\u007f', PROSE],
  ['prose', () => prose(3), null, PROSE],
  ['an id', id, '...', { value: '...' }],
  ['an id', id, 'A_z-0.', { value: 'A_z-0.' }],
  ['an id', id, 'x'.repeat(64), { value: 'x'.repeat(64) }],
  ['an id', id, 'x'.repeat(65), ID],
  ['an id', id, '', ID],
  ['an id', id, '.', ID],
  ['an id', id, '..', ID],
  ['an id', id, '.a', { value: '.a' }],
  ['an id', id, 'a{b', ID],
  ['an id', id, 'a:b', ID],
  ['an id', id, 'a\n', ID],
  ['a version', entityTag, '"7"', { value: 7 }],
  ['a version', entityTag, '7', { value: 7 }],
  ['a version', entityTag, '0', { value: 0 }],
  ['a version', entityTag, '"999999999999999"', { value: 999_999_999_999_999 }],
  ['a version', entityTag, '1234567890123456', TAG],
  ['a version', entityTag, '"7', TAG],
  ['a version', entityTag, '07', TAG],
  ['a version', entityTag, 'W/"7"', TAG],
  ['a version', entityTag, '"7", "8"', TAG],
  ['an object', jsonObject, {}, { value: {} }],
  ['an object', jsonObject, nested(32), { value: nested(32) }],
  ['an object', jsonObject, { x: nested(32) }, OBJECT],
  ['an object', jsonObject, [], OBJECT],
  ['an object', jsonObject, null, OBJECT],
  ['an object', jsonObject, 'x', OBJECT],
  ['an object', jsonObject, { a: null, b: true }, { value: { a: null, b: true } }],
])('%s (%#) is taken as its value or refused by its rule: %#', (_, schema, input, expected) => {
  expect(of(schema(), input)).toEqual(expected);
});

test('an object is passed on with a member that a schema would drop', () => {
  const sent = JSON.parse('{"__proto__":{"a":1}}') as unknown;
  expect(JSON.stringify(jsonObject().parse(sent))).toBe('{"__proto__":{"a":1}}');
});
