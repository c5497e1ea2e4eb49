import fc from 'fast-check';
import { documentOf, mergeSteps, OBJECT, type Step } from '../../../../lambda/conversation/sessions/merge-patch';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** RFC 7396, section 2, as it is written there. */
function merge(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: Record<string, Json> = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, name);
    else define(result, name, merge(result[name] ?? null, value));
  }
  return result;
}

const isObject = (value: Json): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const define = (target: object, name: string, value: unknown) =>
  Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });

/** What the script does with the steps, on a hash. */
function apply(fields: Map<string, string>, steps: readonly Step[]): void {
  const remove = (field: string) => {
    for (const name of [...fields.keys()]) if (name === field || name.startsWith(`${field}/`)) fields.delete(name);
  };
  for (const [action, field, json] of steps) {
    if (action === 'object' && fields.get(field) === OBJECT) continue;
    remove(field);
    if (action !== 'remove') fields.set(field, action === 'set' ? json : OBJECT);
  }
}

const stored = (fields: Map<string, string>) =>
  documentOf(Object.fromEntries([...fields].map(([name, value]) => [name, value])), 'concierge');

const name = fc.constantFrom('a', 'b', 'a/b', '~', '~1', '~0/', '', '1', '가족');
const leaf = fc.constantFrom<Json>(1, 1.5, '', '{', '캠핑', true, [], [{ a: 1 }], {}, null);
const patch = fc.letrec<{ object: { [name: string]: Json }; value: Json }>((tie) => ({
  object: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, tie('object')),
})).object;

test('patches add up to what RFC 7396 says, whatever their names hold', () => {
  fc.assert(
    fc.property(fc.array(patch, { maxLength: 4 }), (patches) => {
      const fields = new Map<string, string>();
      apply(fields, [['object', 'concierge', '']]);
      let document: Json = {};
      for (const each of patches) {
        apply(fields, mergeSteps('concierge', each));
        document = merge(document, each);
      }
      expect(stored(fields)).toEqual(document);
    }),
  );
});

test('steps name members by JSON pointers; null removes, arrays are set whole', () => {
  expect(mergeSteps('concierge', { 'a/b~': { c: [1] }, d: null, e: 'x' })).toEqual([
    ['object', 'concierge', ''],
    ['object', 'concierge/a~1b~0', ''],
    ['set', 'concierge/a~1b~0/c', '[1]'],
    ['remove', 'concierge/d', ''],
    ['set', 'concierge/e', '"x"'],
  ]);
});

test('a document that no field names is none, and another that begins with its name is another', () => {
  expect(documentOf({}, 'concierge')).toBeUndefined();
  expect(documentOf({ concierge: OBJECT, 'concierge2/a': '1', concierge2: OBJECT }, 'concierge')).toEqual({});
});

test('a member whose parent is gone, or is no object, is left out', () => {
  expect(documentOf({ concierge: OBJECT, 'concierge/a/b': '1' }, 'concierge')).toEqual({});
  expect(documentOf({ concierge: OBJECT, 'concierge/a': '[1]', 'concierge/a/0': '2' }, 'concierge')).toEqual({
    a: [1],
  });
  expect(documentOf({ concierge: OBJECT, 'concierge/a': '"text"', 'concierge/a/b/c': '2' }, 'concierge')).toEqual({
    a: 'text',
  });
});

test('the order in which a hash gives its fields does not matter', () => {
  const fields = { 'concierge/a/b': '1', 'concierge/a': OBJECT, concierge: OBJECT };
  expect(documentOf(fields, 'concierge')).toEqual({ a: { b: 1 } });
});

test('__proto__ and toString are names like any other', () => {
  const fields = {
    concierge: OBJECT,
    'concierge/__proto__': OBJECT,
    'concierge/__proto__/x': '1',
    'concierge/toString/x': '1',
  };
  const document = documentOf(fields, 'concierge') as object;
  expect(JSON.stringify(document)).toBe('{"__proto__":{"x":1}}');
  expect(Object.getPrototypeOf(document)).toBe(Object.prototype);
});

test('a member that is no JSON is told by where it stands, never by what it holds', () => {
  const fields = { concierge: OBJECT, 'concierge/a': 'what somebody said' };
  expect(() => documentOf(fields, 'concierge')).toThrow(new Error('A member of a session is not JSON.'));
});
