import type { Catalogue } from '../../../lambda/catalogue/current-catalogue';
import { CatalogueIndex } from '../../../lambda/catalogue/catalogue-index';
import { Freshness } from '../../../lambda/search/freshness';

/** @param changedAt when the table changed to what the catalogue holds, s */
const catalogue = (publishedAt: number, changedAt?: number): Catalogue => ({
  index: Object.create(CatalogueIndex.prototype) as CatalogueIndex,
  confirmedAt: 0,
  manifest: {
    version: '',
    format: 2,
    chunks: 1,
    digest: '',
    listings: 1,
    searchable: 1,
    popular: [],
    publishedAt: publishedAt * 1_000,
    ...(changedAt === undefined ? {} : { changedAt: changedAt * 1_000 }),
  },
});

/** @returns what is told of each answer. */
function told(...answers: [at: number, of: Catalogue][]): (number | undefined)[] {
  const freshness = new Freshness();
  return answers.map(([at, of]) => freshness.answered(of, at * 1_000));
}

const old = catalogue(50, 40);
const next = catalogue(110, 100);

test('the last answer that did not know a change is told by its age, once', () => {
  expect(told([90, old], [107, old], [112, next], [113, next])).toEqual([undefined, undefined, 7, undefined]);
});

test('a process that was not asked between the change and the newer catalogue answered nothing old', () => {
  expect(told([90, old], [1_500, next])).toEqual([undefined, undefined]);
});

test('a first catalogue, one without a known change and an older one that an operator went back to say nothing', () => {
  expect(told([120, next])).toEqual([undefined]);
  expect(told([105, old], [112, catalogue(110)])).toEqual([undefined, undefined]);
  expect(told([120, next], [121, old])).toEqual([undefined, undefined]);
});
