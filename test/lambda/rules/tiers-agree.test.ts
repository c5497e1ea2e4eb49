import fc from 'fast-check';
import type { Cluster } from 'iovalkey';
import { CatalogueBuilder } from '../../../lambda/catalogue/build';
import { encodeIndex, decodeIndex } from '../../../lambda/catalogue/index-format';
import type { CatalogueIndex } from '../../../lambda/catalogue/catalogue-index';
import { contentHash, toJson, type Listing } from '../../../lambda/rules/listing';
import { fieldOf } from '../../../lambda/catalogue/layout';
import { pageBody } from '../../../lambda/catalogue/page';
import { select } from '../../../lambda/catalogue/select';
import { poolSettings } from '../../../lambda/database/pool';
import { VehicleDatabase } from '../../../lambda/database/vehicle-database';
import { FAMILY_TYPES, PERSONA_IDS } from '../../../lambda/rules/orders';
import type { Question } from '../../../lambda/rules/question';
import { PendingPage } from '../../../lambda/search/index-tier';
import { ListingMemory } from '../../../lambda/search/listing-memory';
import { RequestContext } from '../../../lambda/telemetry/request';
import { generateListings } from '../../../lib/tools/example-data/listings';
import { startPostgres, type LocalPostgres } from '../../../lib/tools/engines/postgres';
import { createVehicles, withClient, type Spelling } from '../../../lib/tools/example-data/vehicles-table';

/** Listings whose every field may be missing, odd or at the edge of a rule, so that no rule escapes. */
function mutated(listings: readonly Listing[]): Listing[] {
  const odd: Partial<Listing>[] = [
    { price: null }, { price: 0 }, { price: -5 }, { price: 1 }, { price: 9999 }, { price: 99_999 }, { price: 1111 },
    { price: 1_000_000 }, { distance: null }, { distance: -15_000 }, { distance: 199_999 }, { distance: 200_000 },
    { distance: 9_999 }, { distance: 10_000 }, { model_year: null }, { model_year: 2014 }, { model_year: 2015 },
    { model_year: 32_767 }, { model_year: 32_768 }, { model_year: 67_556 }, { model_year: 2_147_483_647 },
    { manufacturer: null }, { manufacturer: '' }, { manufacturer: '쌍용' },
    { manufacturer: 'KG모빌리티(쌍용)', car_type: '준중형' }, { manufacturer: '불명' }, { model: '' }, { model: '포터 II' },
    { model: '기아 K9 트럭' }, { car_type: null }, { car_type: '대형SUV' }, { car_type: 'RV' }, { car_type: 'RV/MPV' },
    { car_type: 'RVX' }, { car_type: '왜건' }, { car_type: '대형 승합' }, { car_type: '준대형' }, { car_type: '1톤 트럭' },
    { detail_url: '' }, { photo: '' }, { fuel_type: null }, { fuel_type: '가솔린+전기' }, { sell_type: '' },
    { sell_type: null }, { sell_type: '렌트' }, { trim: '"\\\t\n\u2028 끝' }, { manufacturer: '현대', model: "그랜저 'IG'" },
    { manufacturer: '벤츠', model: 'E-클래스' }, { manufacturer: '쉐보레(GM대우)', model: '타호', car_type: 'SUV' },
  ]; // prettier-ignore
  return listings.map((listing, i) => ({ ...listing, ...(i % 3 === 0 ? odd[(i / 3) % odd.length] : {}) }));
}

const budget = fc.oneof(
  fc.integer({ min: 0, max: 12_000 }),
  fc.constantFrom(0, 1, 1110, 1111, 1112, 9998, 9999, 10_000, 1_000_000),
);
const question: fc.Arbitrary<Question> = fc
  .record({
    first: budget,
    second: budget,
    persona: fc.constantFrom('none' as const, ...PERSONA_IDS),
    includeLease: fc.boolean(),
    usage: fc.constantFrom('any' as const, 'camping' as const),
    familyType: fc.constantFrom('any' as const, ...FAMILY_TYPES),
    limit: fc.integer({ min: 1, max: 100 }),
    offset: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 10_000 })),
  })
  .map(({ first, second, ...rest }) => ({
    ...rest,
    usage: rest.persona === 'none' ? rest.usage : 'any',
    budgetMin: Math.min(first, second),
    budgetMax: Math.max(first, second),
  }));

/** Types that a deployment may have in place of integer. */
const WIDER = `ALTER TABLE vehicles ALTER vehicle_id TYPE bigint, ALTER price TYPE bigint,
  ALTER distance TYPE numeric(12,0), ALTER model_year TYPE numeric(12,0), ALTER origin_price TYPE numeric(10,0)`;

describe.each<[Spelling, 'integers' | 'wider numbers']>([
  ['underscored', 'integers'],
  ['plain', 'integers'],
  ['underscored', 'wider numbers'],
])('PostgreSQL and the index, columns %s, of %s', (spelling, numbers) => {
  let postgres: LocalPostgres;
  let database: VehicleDatabase;
  let index: CatalogueIndex;
  const json = new Map<number, Buffer>();
  const stored = new Map<string, Buffer>();

  beforeAll(async () => {
    const listings = mutated([...generateListings(6_000, 11)]);
    const builder = new CatalogueBuilder();
    for (const listing of listings) {
      builder.add(listing);
      const bytes = Buffer.from(toJson(listing));
      json.set(listing.vehicle_id, bytes);
      stored.set(fieldOf(contentHash(bytes)), bytes);
    }
    index = decodeIndex(encodeIndex(builder.build())) as CatalogueIndex;
    postgres = await startPostgres();
    await createVehicles(postgres.ownerUrl, listings, spelling);
    if (numbers === 'wider numbers') await withClient(postgres.ownerUrl, (client) => client.query(WIDER));
    database = new VehicleDatabase(poolSettings({ DATABASE_URL: postgres.url }, 60_000));
  });

  afterAll(async () => {
    await database.close();
    await postgres.stop();
  });

  /** @returns how many listings had to be fetched, from what Valkey would hold. */
  async function takeAll(page: PendingPage): Promise<number> {
    const byField = (fields: string[]) => fields.map((field) => stored.get(field) ?? null);
    const cluster = { hmgetBuffer: (_: string, ...fields: string[]) => Promise.resolve(byField(fields)) };
    const values = await Promise.all(page.commands().map(({ send }) => send(cluster as unknown as Cluster)));
    page.take(values.map((value) => ({ ok: true, value })));
    return values.flat().length;
  }

  test('give the same total, order and bytes for any question', async () => {
    let found = 0;
    let fetched = 0;
    const memories = ['33554432', '20000'].map((bytes) =>
      ListingMemory.fromEnvironment({ LISTING_MEMORY_BYTES: bytes }),
    );
    await fc.assert(
      fc.asyncProperty(question, async (asked) => {
        const fromDatabase = await database.search(asked, new RequestContext());
        const { total, rows } = select(index, asked);
        const fromIndex = rows.map((row) => (json.get(index.vehicleId(row)) as Buffer).toString());
        const expected = fromDatabase.listings.map((listing) => toJson(listing));
        found += rows.length;
        const body = pageBody(fromDatabase.total, asked.limit, asked.offset, expected);
        expect(pageBody(total, asked.limit, asked.offset, fromIndex)).toBe(body);
        for (const memory of memories) {
          // Twice: what the first brings into memory answers the second, unless memory is too small for it.
          for (let turn = 0; turn < 2; turn++) {
            const page = new PendingPage(index, asked, memory);
            fetched += await takeAll(page);
            expect(page.body()).toBe(body);
          }
        }
      }),
      { numRuns: 250 },
    );
    // Two empty answers agree too easily.
    expect(found).toBeGreaterThan(1_000);
    // Of four pages each, the large memory spared at least one, the small one not all.
    expect(fetched).toBeLessThan(3 * found);
    expect(fetched).toBeGreaterThan(found);
  });
});
