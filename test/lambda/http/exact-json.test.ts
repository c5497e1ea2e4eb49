import { inexactMembers } from '../../../lambda/http/exact-json';
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
  '{"a":0.1,"b":0.30000000000000004,"c":1732500000123.25}',
  '{"a":"\\ud83d\\ude00 😀 \\n\\t\\r 한글","b":"\\ufffd","c":"\\\\ud83d","d":"a:b","e":"\\""}',
  '{"a":[{"x":1},{"x":1}],"b":{"a":{"a":1}},"c":[[],{}]}',
  ' [ true , false , null , -1 , "x" ] ',
  '{"a" \n : 1}',
])('lets through what comes back as it was sent: %s', (text) => {
  expect(at(text)).toEqual([]);
});

test('names what is nested too deep once, and no more than ten members', () => {
  expect(inexactMembers(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)).toHaveLength(1);
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
