import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { CatalogueBuilder } from '../../../lambda/catalogue/build';
import type { CatalogueIndex } from '../../../lambda/catalogue/catalogue-index';
import { TYPICAL_QUESTIONS } from '../../../lambda/rules/question';
import { ListingMemory } from '../../../lambda/search/listing-memory';
import { generateListings } from '../../../lib/tools/example-data/listings';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function indexOf(seed: number): CatalogueIndex {
  const builder = new CatalogueBuilder();
  for (const listing of generateListings(500, seed)) builder.add(listing);
  return builder.build();
}

test('what was selected of a catalogue is remembered, and goes with the catalogue', async () => {
  const memory = ListingMemory.fromEnvironment({});
  if (memory === undefined) throw new Error('There is memory unless the environment says otherwise');
  const indexes: WeakRef<CatalogueIndex>[] = [];
  const replace = (seed: number) => {
    const index = indexOf(seed);
    for (const question of TYPICAL_QUESTIONS) {
      const selection = memory.select(index, question);
      expect(selection.total).toBeGreaterThan(0);
      expect(memory.select(index, question)).toBe(selection);
    }
    indexes.push(new WeakRef(index));
    return index;
  };
  let current = replace(1);
  for (let seed = 2; seed <= 10; seed++) current = replace(seed);
  // What a WeakRef has given lives until the turn ends.
  await turn();
  collect();
  expect(indexes.filter((each) => each.deref() !== undefined)).toHaveLength(1);
  expect(current.size).toBeGreaterThan(0);
});
