/**
 * Prices on demand in USD, without free tiers, discounts and taxes. Look them up anew before a budget hangs on them.
 */
export const PRICED_AT = { date: '2026-11-23', region: 'ap-northeast-2' } as const;

export interface Price {
  usd: number;
  per: string;
  source: string;
  /** Whether the source names this very figure for this region. */
  verified: boolean;
}

const SCALED = 'scaled from Seoul r6g.xlarge (Price List, 2026-09-03) by the ratio of us-east-1 (2026-10-02)';
const LARGER = 'cache.r7g.large times the size';
const RECALLED = "as AWS's public price page had it when last seen; not looked up for this table";

const price = (usd: number, per: string, source: string): Price => ({ usd, per, source, verified: false });

/** The sizes of a family, each times the size of its base. */
function family(name: string, sizes: Readonly<Record<string, number>>, usd: number, source: string) {
  return Object.fromEntries(
    Object.entries(sizes).map(([size, times]) => [
      `cache.${name}.${size}`,
      price(Math.round(usd * times * 10_000) / 10_000, 'node-hour', source),
    ]),
  );
}

const LISTED =
  'times the size of a Seoul price that a record of the Price List has (r6g.xlarge, 2026-09-03; t4g.micro, 2026-10-01)';

/** A node for an hour, by type. Of another type nothing is known: see {@link nodePrice}. */
export const NODES: Readonly<Record<string, Price>> = {
  ...family('t3', { micro: 0.25, small: 0.5, medium: 1 }, 0.08, SCALED),
  ...family('t4g', { micro: 1, small: 2, medium: 4 }, 0.0192, LISTED),
  ...family('r6g', { large: 0.5, xlarge: 1, '2xlarge': 2, '4xlarge': 4, '8xlarge': 8 }, 0.3928, LISTED),
  ...family('r7g', { large: 1 }, 0.21, SCALED),
  ...family(
    'r7g',
    { xlarge: 2, '2xlarge': 4, '4xlarge': 8, '8xlarge': 16, '12xlarge': 24, '16xlarge': 32 },
    0.21,
    LARGER,
  ),
};

export const PRICES = {
  snapshotGiB: price(0.085, 'GiB-month', RECALLED),
  lambdaRequests: price(0.2, 'million', RECALLED),
  lambdaGBs: price(0.000_013_333_4, 'GB-second, arm64', RECALLED),
  provisionedGBs: price(0.000_003_333_4, 'GB-second kept warm, arm64', RECALLED),
  apiRequests: price(3.5, 'million, REST', RECALLED),
  webAcl: price(5, 'web ACL-month', RECALLED),
  webRule: price(1, 'rule-month', RECALLED),
  webRequests: price(0.6, 'million', RECALLED),
  endpointHours: price(0.013, 'interface endpoint and zone, hour', RECALLED),
  logGB: price(0.76, 'GB ingested', RECALLED),
  dashboard: price(3, 'dashboard-month', RECALLED),
  compositeAlarm: price(0.5, 'composite alarm-month', RECALLED),
  alarm: price(0.1, 'alarm metric-month', RECALLED),
  metric: price(0.3, 'custom metric-month', RECALLED),
  kmsKey: price(1, 'key-month', RECALLED),
  secret: price(0.4, 'secret-month', RECALLED),
  zoneGB: price(0.01, 'GB between zones, each way', RECALLED),
} as const satisfies Record<string, Price>;

/** @throws Error for a node type without a price: an estimate without its nodes would say nothing. */
export function nodePrice(nodeType: string): Price {
  const found = NODES[nodeType];
  if (found !== undefined) return found;
  throw new Error(
    `There is no price for cache.nodeType ${nodeType}. Add what it costs an hour in ${PRICED_AT.region} to ` +
      `lib/cost/prices.ts; known are ${Object.keys(NODES).join(', ')}.`,
  );
}
