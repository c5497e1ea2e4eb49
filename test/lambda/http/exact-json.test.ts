import { inexactMembers, textRule } from '../../../lambda/http/exact-json';
import { shortened } from '../../../lambda/http/shortened';

const at = (text: string) => inexactMembers(text).map(({ pointer }) => pointer);

test.each([
  ['{"a":1161888007138312197}', ['/a']],
  ['{"a":{"b":[1,2,9007199254740993]}}', ['/a/b/2']],
  ['{"a":-0}', ['/a']],
  ['{"a":-0.0e3}', ['/a']],
  ['{"a":1e400}', ['/a']],
  ['{"a":1e-400}', ['/a']],
  ['{"a":0.1000000000000000055511151231257827}', ['/a']],
  ['{"a":1,"b":2,"a":1}', ['/a']],
  ['{"a":{"x":1,"\\u0078":2}}', ['/a/x']],
  ['{"__proto__":1,"__proto__":2}', ['/__proto__']],
  ['{"a":"\\ud83d"}', ['/a']],
  ['{"a":"\\udc00\\ud83d"}', ['/a']],
  ['{"a/b~c":"\\ud83d x"}', ['/a~1b~0c']],
  ['["x",["\\ud83d"]]', ['/1/0']],
  ['{"a":"\ufffd"}', ['/a']],
  ['{"a":"\\u0000"}', ['/a']],
  ['{"a":"\\u009f"}', ['/a']],
  ['{"\\u0007":1}', ['/\u0007']],
  ['"\\ud83d"', ['']],
])('names what would change: %s', (text, pointers) => {
  JSON.parse(text);
  expect(at(text)).toEqual(pointers);
});

test('names half a character in a name of a member', () => {
  expect(at('{"\\ud83d":1}')).toEqual(['/\ufffd']);
});

test.each([
  '{"a":9007199254740991,"b":-9007199254740991,"c":9007199254740992}',
  '{"a":1e20,"b":100000000000000000000,"c":1.5e-7,"d":0,"e":0.0,"f":0e5,"g":1.10,"h":2500.0,"i":5e-324}',
  '{"a":0.0000001,"b":0e10,"c":0.00E-12,"d":-0.00000012}',
  '{"a":0.1,"b":0.30000000000000004,"c":1732500000123.25}',
  '{"a":"\\ud83d\\ude00 😀 \\n\\t\\r 한글","b":"\\ufffd","c":"\\\\ud83d","d":"a:b","e":"\\""}',
  '{"a":[{"x":1},{"x":1}],"b":{"a":{"a":1}},"c":[[],{}]}',
  ' [ true , false , null , -1 , "x" ] ',
  '{"a" \n : 1}',
])('lets through what comes back as it was sent: %s', (text) => {
  expect(at(text)).toStrictEqual([]);
});

test('names no more than ten members', () => {
  expect(at(`[${Array.from({ length: 50 }, () => '-0').join()}]`)).toHaveLength(10);
});

test('a number as long as a body may be is judged as fast as it is read', () => {
  const zeros = '0'.repeat(262_000);
  // Cost that grew with the square would be minutes, beyond what a test may take.
  expect(at(`{"a":1.${zeros}1,"b":1${zeros}e-262000,"c":0.${zeros}}`)).toEqual(['/a']);
});

test('an error shows no half of a character', () => {
  for (let before = 95; before < 105; before++) {
    expect(shortened(`${'x'.repeat(before)}😀😀😀`).isWellFormed()).toBe(true);
  }
  expect(shortened(`${'x'.repeat(99)}😀`)).toBe(`${'x'.repeat(99)}…`);
});

test('looks 40 deep: what lies deeper no schema takes', () => {
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}-0${'}'.repeat(depth)}`;
  expect(at(nested(40))).toEqual(['/a'.repeat(40)]);
  expect(at(nested(41))).toStrictEqual([]);
  expect(at(`[-0,${nested(50_000)}]`)).toEqual(['/0']);
});

test.each([
  ['{"a":1,"a":2}', 'must stand once: an object names each of its members once'],
  ['{"a":"\\ud83d"}', 'must be whole characters: half a surrogate pair is none'],
  [
    '{"a":"\ufffd"}',
    'must not hold U+FFFD, which stands for bytes that were no UTF-8; ' + 'if it is meant, send it as \\ufffd',
  ],
  ['{"a":"\\u0000"}', 'must be text without control characters but line ends and tabs'],
])('%s: %s', (text, rule) => {
  expect(inexactMembers(text)).toEqual([{ pointer: '/a', rule }]);
});

test.each(['1.00000000000000001', '-0', '1e400'])('%s is told as it was sent', (received) => {
  const rule = 'must be a number that a double does not round, and not -0; send it as text';
  expect(inexactMembers(`{"a":${received}}`)).toEqual([{ pointer: '/a', rule, received }]);
});

test.each([
  ['{"a":{"b":1},"c":-0}', ['/c']],
  ['{"a":[1,2],"c":-0}', ['/c']],
  ['[[1,2],-0]', ['/1']],
  ['[{"a":1},{"a":-0}]', ['/1/a']],
  ['{"a":[{"b":1},{"b":1,"b":2}]}', ['/a/1/b']],
  ['[-0,-0]', ['/0', '/1']],
  ['{"a" : "x","b"\t:-0}', ['/b']],
  ['{"a":1.50e+2,"b":-0.0,"c":-12.5e-1,"d":0E5,"e":-0e0}', ['/b', '/e']],
  ['{"a":100e-2,"b":1e2,"c":0.001,"d":123456789012345678}', ['/d']],
  ['{"a":12345678901234567890,"b":1e23,"c":0.1e1}', ['/a']],
  ['{"a":0.00000000000000000000000000000000000001e400}', ['/a']],
])('%s: %j', (text, pointers) => {
  JSON.parse(text);
  expect(at(text)).toEqual(pointers);
});

test('every control character but line ends and tabs is named, and no other character', () => {
  const named = Array.from({ length: 0x100 }, (_, code) => code).filter((code) => textRule(String.fromCodePoint(code)));
  const [low, high] = [named.filter((code) => code < 0x7f), named.filter((code) => code >= 0x7f)];
  expect(low).toEqual(Array.from({ length: 32 }, (_, code) => code).filter((code) => ![9, 10, 13].includes(code)));
  expect(high).toEqual(Array.from({ length: 33 }, (_, i) => 0x7f + i));
});

test('what is shown has 100 characters at most, of another length if asked', () => {
  expect(shortened('x'.repeat(100))).toBe('x'.repeat(100));
  expect(shortened('x'.repeat(101))).toBe(`${'x'.repeat(100)}…`);
  expect(shortened(`${'x'.repeat(99)}\uffffyy`)).toBe(`${'x'.repeat(99)}\uffff…`);
  expect(shortened(`${'x'.repeat(98)}😀y`)).toBe(`${'x'.repeat(98)}😀…`);
  expect([shortened('abc', 2), shortened('ab', 2), shortened('\ud83d')]).toEqual(['ab…', 'ab', '\ufffd']);
});
