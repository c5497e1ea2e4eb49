import { waitLimits } from '../../../lambda/events/waits';
import { BUCKET_KEYS } from '../../../lambda/catalogue/layout';
import { FUNCTIONS } from '../../../lambda/contract/functions';
import { TTL } from '../../../lambda/contract/keys';
import { INIT_MOST_MS } from '../../../lambda/search/search-core';
import { LOAD_KINDS, type GrowthFigures, type LoadFigures, type SizeFigures } from '../bench/growth/figures';
import { saturation } from '../bench/growth/limit';
import { loadTable, sizeTable } from '../bench/growth/tables';
import type { Results } from '../text/results-file';
import { markdown, type Figures } from '../text/table';
import { ASSUMPTIONS, ends, need, NODE_BYTES, projected, shardsFor, type TableLimit } from './capacity';
import { estimate } from '../../cost/estimate';
import { BILLED_MS, LOAD, type Load } from '../../cost/load';
import { NODES, PRICED_AT, PRICES } from '../../cost/prices';
import { parseSettings } from '../../stages/parse-settings';
import { dev as devInput, prod as prodInput } from '../../stages/examples';
import { filledPage } from './page';
import { provenance } from './provenance';
import { thousands } from '../text/thousands';

const NODE = 'cache.r7g.large';
/** Listings. */
const HUGE = 10_000_000;
const TIMES = [1, 10, 100] as const;
const percent = (share: number) => `${(share * 100).toFixed(share < 0.01 ? 2 : 0)} %`;
const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`;

/** Environments of events as dev, prod and a busier stage have them. */
const WAITS = [5, 20, 167].map((most) => ({ most, ...waitLimits(most) }));

/** @returns docs/scale.md. @param results of `npm run bench:growth` */
export function scalePage(results: Results<GrowthFigures>): string {
  const { sizes, load } = results.figures;
  const of = (kind: LoadFigures['kind']) => load.filter((level) => level.kind === kind);
  const [memory, hits, neverAsked] = LOAD_KINDS.map((kind) => saturation(of(kind)));
  if (memory === undefined || hits === undefined || neverAsked === undefined || sizes.length === 0) {
    throw new Error('docs/results/growth.json lacks sizes or load; npm run bench:growth -- --save writes it.');
  }
  const bucketUs = neverAsked.valkeyUs / BUCKET_KEYS.length;
  return filledPage('scale', {
    provenance: provenance(results),
    sizes: markdown(sizeTable(sizes)),
    ends: markdown(endsTable(results.figures)),
    ...huge(sizes),
    memory: markdown(loadTable(of('memory'))),
    hits: markdown(loadTable(of('hit'))),
    neverAsked: markdown(loadTable(of('never-asked'))),
    processors: results.machine.split(' ')[0] ?? '',
    memoryFunctionUs: memory.functionUs,
    hitValkeyUs: hits.valkeyUs,
    hitFunctionUs: hits.functionUs,
    newValkeyUs: neverAsked.valkeyUs,
    newFunctionUs: neverAsked.functionUs,
    ...assumed(),
    capacity: markdown(capacityTable(sizes, neverAsked, hits)),
    newPerShard: thousands(perShard(neverAsked.valkeyUs)),
    hitsPerShard: thousands(perShard(hits.valkeyUs)),
    waits: WAITS.map(
      ({ most, all, caller }) => `${most} environments let ${all} requests wait, ${caller} of one caller`,
    ).join('; '),
    priceRegion: PRICED_AT.region,
    priceDate: PRICED_AT.date,
    prices: markdown(priceTable()),
    buckets: BUCKET_KEYS.length,
    bucketUs: Math.round(bucketUs),
    bucketQuestions: thousands(perShard(bucketUs)),
  });
}

/** What a table that was not measured would take. */
function huge(sizes: readonly SizeFigures[]): Record<string, string> {
  const at = (of: (size: SizeFigures) => number) => projected(sizes, HUGE, of);
  return {
    hugeSeconds: thousands(Math.ceil(at(({ warmUp }) => warmUp.seconds))),
    hugeMiB: thousands(Math.ceil(at(({ warmUp }) => warmUp.peakMiB ?? NaN))),
    hugeValkey: gigabytes(at(({ valkeyMB }) => valkeyMB) * 1e6),
    hugeStartMs: thousands(Math.ceil(at(({ index }) => index.startMs))),
    hugeSearchMiB: thousands(Math.ceil(at(({ index }) => index.searchMiB ?? NaN))),
  };
}

/** What the capacity model takes for granted, as the page writes it. */
const assumed = () => ({
  searches: thousands(LOAD.searches),
  conversationRequests: thousands(LOAD.conversationRequests),
  eventWaits: thousands(LOAD.eventWaits),
  peakFactor: ASSUMPTIONS.peakFactor,
  neverAskedShare: percent(ASSUMPTIONS.neverAskedShare),
  answerSeconds: TTL.search,
  billedMs: BILLED_MS.search,
  engineShare: percent(ASSUMPTIONS.engineShare),
  node: NODE,
  nodeBytes: gigabytes(NODE_BYTES[NODE] ?? 0),
  conversationBytes: thousands(ASSUMPTIONS.conversationBytes),
  requestsAConversation: ASSUMPTIONS.requestsAConversation,
  answerBytes: thousands(ASSUMPTIONS.answerBytes),
  prodSearches: thousands((50 * 1_000) / BILLED_MS.search),
});

/** Questions a second that one shard answers, each of which takes so much of its thread. */
const perShard = (valkeyUs: number) => Math.floor((ASSUMPTIONS.engineShare * 1e6) / valkeyUs / 100) * 100;

const endsTable = (figures: GrowthFigures): Figures => ({
  head: ['', 'limit', 'reached at'],
  rows: ends(figures, LIMITS).map(({ what, limit, listings }) => [
    what,
    limit,
    `${(listings / 1e6).toFixed(1)} million listings`,
  ]),
});

const LIMITS: readonly TableLimit[] = [
  {
    what: 'memory of the warm-up',
    limit: `${thousands(FUNCTIONS['warm-up'].memoryMb)} MB`,
    most: FUNCTIONS['warm-up'].memoryMb,
    of: ({ warmUp }) => warmUp.peakMiB,
  },
  {
    what: 'time of the first warm-up',
    limit: `${FUNCTIONS['warm-up'].timeoutSeconds} s`,
    most: FUNCTIONS['warm-up'].timeoutSeconds,
    of: ({ warmUp }) => warmUp.seconds,
  },
  {
    what: 'loading the index during init',
    limit: `${INIT_MOST_MS / 1_000} s`,
    most: INIT_MOST_MS,
    of: ({ index }) => index.loadMs,
  },
  {
    what: 'memory of the search function',
    limit: `${thousands(FUNCTIONS.search.memoryMb)} MB`,
    most: FUNCTIONS.search.memoryMb,
    of: ({ index }) => index.searchMiB,
  },
  {
    what: `Valkey’s memory, one shard of ${NODE}`,
    limit: gigabytes(NODE_BYTES[NODE] ?? 0),
    most: (NODE_BYTES[NODE] ?? 0) / 1e6,
    of: ({ valkeyMB }) => valkeyMB,
  },
];

function capacityTable(sizes: readonly SizeFigures[], neverAsked: LoadFigures, hit: LoadFigures): Figures {
  const prod = parseSettings('prod', prodInput);
  const dev = parseSettings('dev', devInput);
  const rows = TIMES.flatMap((times) => {
    const load: Load = {
      searches: LOAD.searches * times,
      conversationRequests: LOAD.conversationRequests * times,
      eventWaits: LOAD.eventWaits * times,
      photos: LOAD.photos * times,
    };
    // Today's table with each load, the large one from ten times on.
    return sizes.slice(0, times === 1 ? 1 : undefined).map((size) => {
      const needed = need(load, size, neverAsked, hit);
      const shards = shardsFor(needed, NODE);
      const cost = estimate({ ...prod, cache: { ...prod.cache, shards } }, load).totalUsd;
      return [
        `${times} ×`,
        thousands(size.listings),
        needed.peakSearches.toFixed(0),
        String(needed.environments),
        percent(needed.engineShare),
        gigabytes(needed.valkeyBytes),
        `${shards} × 2 ${NODE}`,
        thousands(cost),
        thousands(estimate(dev, load).totalUsd),
      ];
    });
  });
  return {
    head: [
      'load',
      'listings',
      'searches/s, busiest minute',
      'environments of search',
      'of one shard’s thread',
      'Valkey memory',
      'nodes of prod',
      'prod, USD a month',
      'dev, USD a month',
    ],
    rows,
  };
}

function priceTable(): Figures {
  const all = Object.entries({ ...NODES, ...PRICES });
  return {
    head: ['', 'USD', 'for a', 'source'],
    rows: all.map(([name, { usd, per, source }]) => [name, String(usd), per, source]),
  };
}
