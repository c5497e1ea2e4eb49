/** Prices on demand in USD, without free tiers, discounts and taxes. Look them up anew before a budget hangs on them. */
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

/** A node for an hour, by type. Of another type nothing is known: see {@link nodePrice}. */
export const NODES: Readonly<Record<string, Price>> = {
  'cache.t3.medium': price(0.08, 'node-hour', SCALED),
  'cache.r7g.large': price(0.21, 'node-hour', SCALED),
  'cache.r7g.xlarge': price(0.42, 'node-hour', LARGER),
  'cache.r7g.2xlarge': price(0.84, 'node-hour', LARGER),
  'cache.r7g.4xlarge': price(1.68, 'node-hour', LARGER),
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
  zoneGB: price(0.01, 'GB between zones, each way', RECALLED),
} as const satisfies Record<string, Price>;

/** @throws Error for a node type without a price: an estimate without its nodes would say nothing. */
export function nodePrice(nodeType: string): Price {
  const found = NODES[nodeType];
  if (found !== undefined) return found;
  throw new Error(
    `There is no price for cache.nodeType ${nodeType}. Add what it costs an hour in ${PRICED_AT.region} to lib/cost/prices.ts; known are ${Object.keys(NODES).join(', ')}.`,
  );
}
