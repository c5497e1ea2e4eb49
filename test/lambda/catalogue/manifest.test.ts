import { digestOf, indexKeys, manifestFields, parseManifest, type Manifest } from '../../../lambda/catalogue/manifest';
import { TYPICAL_QUESTIONS } from '../../../lambda/rules/question';

const manifest: Manifest = {
  version: 'abcdef012345',
  format: 2,
  chunks: 2,
  digest: 'd',
  listings: 117_129,
  searchable: 60_000,
  publishedAt: 1_790_000_000_000,
  popular: [],
};
const delta = { base: '012345abcdef', digest: 'e' };
/** As HGETALL gives it. */
const stored = (of: Manifest) =>
  Object.fromEntries(Object.entries(manifestFields(of)).map(([name, value]) => [name, String(value)]));

test.each<[string, Partial<Manifest>]>([
  ['alone', {}],
  ['that knows when the table changed', { changedAt: 1_789_999_970_000 }],
  ['that leads from another', { delta }],
  ['with what was asked most', { popular: TYPICAL_QUESTIONS }],
])('a manifest %s comes back from Valkey as it went', (_, more) => {
  const whole = { ...manifest, ...more };
  expect(parseManifest('abcdef012345', stored(whole))).toStrictEqual(whole);
});

test('its fields in Valkey', () => {
  const popular = TYPICAL_QUESTIONS.slice(0, 2);
  expect(manifestFields({ ...manifest, delta, changedAt: 5, popular })).toEqual({
    format: 2,
    chunks: 2,
    digest: 'd',
    listings: 117_129,
    searchable: 60_000,
    publishedAt: 1_790_000_000_000,
    changedAt: 5,
    base: '012345abcdef',
    deltaDigest: 'e',
    popular: '1600-2000_first_car_anxiety_nolease_any_any_20_0 2500-3200_working_mom_nolease_any_any_20_0',
  });
  expect(Object.keys(manifestFields(manifest)).sort()).toEqual([
    'chunks',
    'digest',
    'format',
    'listings',
    'popular',
    'publishedAt',
    'searchable',
  ]);
});

test('before manifests named it, the format was 1', () => {
  const fields = Object.entries(stored(manifest)).filter(([name]) => name !== 'format');
  expect(parseManifest('abcdef012345', Object.fromEntries(fields))?.format).toBe(1);
});

test.each(['chunks', 'digest', 'listings', 'searchable', 'publishedAt'])('without %s there is none', (name) => {
  const rest = Object.entries(stored(manifest)).filter(([each]) => each !== name);
  expect(parseManifest('abcdef012345', Object.fromEntries(rest))).toBeUndefined();
});

test.each(['x', '1.5', '9007199254740993'])('with %s chunks there is none', (chunks) => {
  expect(parseManifest('abcdef012345', { ...stored(manifest), chunks })).toBeUndefined();
});

test('half of a delta is none, a question that cannot be read is left out', () => {
  const fields = stored({ ...manifest, delta, popular: TYPICAL_QUESTIONS });
  expect(parseManifest('abcdef012345', { ...fields, base: '' })).not.toHaveProperty('delta');
  expect(parseManifest('abcdef012345', { ...fields, deltaDigest: '' })).not.toHaveProperty('delta');
  expect(parseManifest('abcdef012345', { ...fields, popular: `x ${fields.popular ?? ''} ` })?.popular).toEqual(
    TYPICAL_QUESTIONS,
  );
});

test('the keys that an index is made of: its own pieces, or those of its base and the way from there', () => {
  expect(indexKeys(manifest)).toEqual(['index:abcdef012345:0', 'index:abcdef012345:1']);
  expect(indexKeys({ ...manifest, delta })).toEqual([
    'index:012345abcdef:0',
    'index:012345abcdef:1',
    'index:abcdef012345:delta',
  ]);
});

test('a digest is the SHA-256, hexadecimal', () => {
  expect(digestOf(Buffer.from('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(digestOf(Buffer.from('a'), Buffer.from('bc'))).toBe(digestOf(Buffer.from('abc')));
});
