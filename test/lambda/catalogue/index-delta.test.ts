import fc from 'fast-check';
import { CatalogueBuilder } from '../../../lambda/catalogue/build';
import type { CatalogueIndex } from '../../../lambda/catalogue/catalogue-index';
import { applyDelta, decodeDelta, deltaOf, encodeDelta } from '../../../lambda/catalogue/index-delta';
import { encodeIndex } from '../../../lambda/catalogue/index-format';
import type { Listing } from '../../../lambda/rules/listing';
import { generateListings } from '../../../lib/tools/example-data/listings';

const LISTINGS = [...generateListings(200, 11)];

function indexOf(listings: readonly Listing[]) {
  const builder = new CatalogueBuilder();
  for (const listing of listings) builder.add(listing);
  return builder.build();
}

const bytesOf = (index: CatalogueIndex) => Buffer.concat(encodeIndex(index));

/** A listing as it may be at another time: gone, or with another price, distance, maker or kind of sale. */
const change = fc.record({
  at: fc.nat(LISTINGS.length - 1),
  gone: fc.boolean(),
  price: fc.option(fc.integer({ min: 0, max: 9_000 }), { nil: undefined }),
  distance: fc.option(fc.integer({ min: 0, max: 250_000 }), { nil: undefined }),
  manufacturer: fc.option(fc.constantFrom('현대', '기아', 'BMW'), { nil: undefined }),
  sell_type: fc.option(fc.constantFrom('일반', '리스'), { nil: undefined }),
});
const changes = fc.array(change, { maxLength: 60 });

function changed(steps: readonly (typeof change extends fc.Arbitrary<infer T> ? T : never)[]): Listing[] {
  const listings = new Map(LISTINGS.map((listing) => [listing.vehicle_id, listing]));
  for (const { at, gone, ...members } of steps) {
    const listing = LISTINGS[at] as Listing;
    const own = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
    if (gone) listings.delete(listing.vehicle_id);
    else listings.set(listing.vehicle_id, { ...listing, ...own });
  }
  return [...listings.values()];
}

test('what leads from any index to any other gives that other one, byte for byte', () => {
  fc.assert(
    fc.property(changes, changes, (before, after) => {
      const base = indexOf(changed(before));
      const next = indexOf(changed(after));
      const delta = decodeDelta(encodeDelta(deltaOf(base, next), base.version), base.version);
      if (delta === undefined) throw new Error('it can not be read');
      const found = applyDelta(base, delta, next.version);
      expect(bytesOf(found).equals(bytesOf(next))).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test('from nothing, and to nothing', () => {
  const [none, some] = [indexOf([]), indexOf(LISTINGS)];
  expect(bytesOf(applyDelta(none, deltaOf(none, some), some.version)).equals(bytesOf(some))).toBe(true);
  expect(bytesOf(applyDelta(some, deltaOf(some, none), none.version)).equals(bytesOf(none))).toBe(true);
});

test('a change of another base is refused', () => {
  const [base, next] = [indexOf(LISTINGS.slice(1)), indexOf(LISTINGS)];
  expect(decodeDelta(encodeDelta(deltaOf(base, next), base.version), next.version)).toBeUndefined();
});

test('one changed price is less than 2 kB, whatever rows move by it', () => {
  const [first, ...others] = LISTINGS.filter(({ price, sell_type: type }) => (price ?? 0) > 2_000 && type === '일반');
  const base = indexOf([first as Listing, ...others]);
  const next = indexOf([{ ...(first as Listing), price: 7_100 }, ...others]);
  expect(encodeDelta(deltaOf(base, next), base.version).length).toBeLessThan(2_000);
});
