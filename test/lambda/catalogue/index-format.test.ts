import slotOf from 'cluster-key-slot';
import { CatalogueIndex } from '../../../lambda/catalogue/catalogue-index';
import { decodeIndex, encodeIndex } from '../../../lambda/catalogue/index-format';
import { packed, unpacked } from '../../../lambda/catalogue/packed-arrays';
import { BUCKET_KEYS, bucketOf, fieldOf } from '../../../lambda/catalogue/layout';
import { pageBody } from '../../../lambda/catalogue/page';
import { ORDER_IDS, type OrderId } from '../../../lambda/rules/orders';

const rows = Uint32Array.of(2, 0, 1);
const index = new CatalogueIndex('abcdef012345', {
  prices: Int32Array.of(1, 2, 300),
  vehicleIds: Int32Array.of(9, 8, 7),
  hashes: Buffer.from(Array.from({ length: 24 }, (_, i) => i + 1)),
  flags: Uint16Array.of(1, 0, 1_027),
  orders: Object.fromEntries(ORDER_IDS.map((id, i) => [id, rows.subarray(0, i % 4)])) as Record<OrderId, Uint32Array>,
});

test('an index comes back as it went, also from the middle of a larger buffer', () => {
  const pieces = encodeIndex(index);
  const shifted = pieces.map((piece) => Buffer.concat([Buffer.alloc(3), piece]).subarray(3));
  for (const each of [pieces, shifted]) {
    const found = decodeIndex(each);
    expect(found?.version).toBe('abcdef012345');
    expect(found?.columns).toEqual(index.columns);
  }
});

test('each array is cut into pieces of its own, of 512 KiB at most', () => {
  const size = 131_073;
  const numbers = Uint32Array.from({ length: size }, (_, row) => size - row);
  const long = new CatalogueIndex('abcdef012345', {
    prices: Int32Array.from(numbers),
    vehicleIds: Int32Array.from(numbers),
    hashes: Buffer.alloc(size * 8, 5),
    flags: Uint16Array.from(numbers),
    orders: Object.fromEntries(ORDER_IDS.map((id, i) => [id, numbers.subarray(i)])) as Record<OrderId, Uint32Array>,
  });
  const [head = Buffer.alloc(0), ...pieces] = encodeIndex(long);
  expect(unpacked(head).header).toMatchObject({ format: 2, rows: size, orders: { newest: size } });
  const full = 524_288;
  const last = [full - 4, full - 8, full - 12, full - 16, full - 20];
  // Prices, ids, hashes, flags, and the orders, the first two of which are longer than one piece or as long.
  expect(pieces.map(({ length }) => length)).toEqual([
    full,
    4,
    full,
    4,
    full,
    full,
    8,
    262_146,
    full,
    4,
    full,
    ...last,
  ]);
  const found = decodeIndex([head, ...pieces]);
  expect(found !== undefined && Buffer.concat(encodeIndex(found)).equals(Buffer.concat([head, ...pieces]))).toBe(true);
});

test('every section begins at a multiple of 8 bytes: typed arrays need it', () => {
  const bytes = packed({ x: 1 }, [Uint8Array.of(1), Uint8Array.of(2, 2, 2, 2, 2, 2, 2, 2), Uint8Array.of(3)]);
  // 4 bytes of length and {"x":1}.
  expect(bytes.readUInt32LE(0)).toBe(7);
  expect(bytes).toHaveLength(16 + 8 + 8 + 8);
  const { header, memory, section } = unpacked(bytes);
  expect(header).toEqual({ x: 1 });
  const sections = [section(1), section(8), section(1)];
  expect(sections.map((at) => at % 8)).toEqual([0, 0, 0]);
  expect(sections.map((at) => new Uint8Array(memory)[at])).toEqual([1, 2, 3]);
});

test('another format is refused, by this reader and by that of format 1: the next warm-up writes anew', () => {
  // Format 1 had all in one, cut into pieces at any place.
  const whole = packed({ format: 1, version: 'x', rows: 2, orders: {} }, [Int32Array.of(1, 2)]);
  expect(decodeIndex([whole.subarray(0, 70), whole.subarray(70)])).toBeUndefined();
  expect(decodeIndex([packed({ format: 3, version: 'x', rows: 0, orders: {} }, [])])).toBeUndefined();
  expect(unpacked(Buffer.concat(encodeIndex(index))).header).toMatchObject({ format: 2 });
});

test('listings lie in three hashes, by the last byte of their hash, one on each of three shards', () => {
  expect(BUCKET_KEYS).toEqual(['listing:74', 'listing:9', 'listing:24']);
  expect(BUCKET_KEYS.map((key) => Math.floor((3 * slotOf(key)) / 16_384)).sort()).toEqual([0, 1, 2]);
  const hash = Buffer.from([9, 9, 1, 2, 3, 4, 5, 6, 7, 5, 9]);
  expect([bucketOf(hash), bucketOf(hash, 2), bucketOf(hash, 1)]).toEqual([6 % 3, 5 % 3, 7 % 3]);
  expect(fieldOf(hash, 2)).toBe(Buffer.from([1, 2, 3, 4, 5, 6, 7, 5]).toString('base64url'));
  expect(fieldOf(hash)).toHaveLength(11);
});

test('the body of an answer', () => {
  expect(pageBody(5, 2, 1, ['{"a":1}', '{"b":2}'])).toBe(
    '{"total":5,"limit":2,"offset":1,"vehicles":[{"a":1},{"b":2}]}',
  );
});
