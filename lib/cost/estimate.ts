import { FUNCTIONS, SCALED_FUNCTION_NAMES } from '../../lambda/contract/functions';
import { METRICS } from '../../lambda/contract/metrics';
import { billedMetrics } from '../constructs/observability/alarm-table/alarm';
import { compositesOf } from '../constructs/observability/alarm-table/composites';
import { alarmTable } from '../constructs/observability/alarm-table/table';
import { alarmedStage } from '../constructs/observability/alarmed-stage';
import { CHANNELS } from '../constructs/observability/test-alarms';
import { mostShards } from '../stages/scaling';
import type { StageSettings } from '../stages/settings';
import {
  BILLED_MS,
  HOURS,
  LOAD,
  AUDIT_BYTES,
  LOG_BYTES,
  SNAPSHOT_GIB,
  VALKEY_BYTES,
  WARM_UPS,
  WEB_RULES,
  type Load,
} from './load';
import { nodePrice, PRICES, type Price } from './prices';

interface CostLine {
  what: string;
  quantity: number;
  unit: string;
  usd: number;
  /** Of the price. */
  source: string;
  verified: boolean;
}

interface Estimate {
  lines: CostLine[];
  /** USD a month, whole. */
  totalUsd: number;
}

/**
 * What a stage costs in a month. With autoscaling, at its most shards: that is what may be billed.
 * @param priced what is taken in place of a built-in price
 * @throws Error if the node type has no price
 */
export function estimate(
  settings: StageSettings,
  load: Load = LOAD,
  priced: (builtIn: Price) => Price = (builtIn) => builtIn,
): Estimate {
  const lines = [...cacheLines(settings), ...functionLines(settings, load), ...otherLines(settings, load)]
    .filter(({ quantity }) => quantity > 0)
    .map(({ what, quantity, price }): CostLine => {
      const { usd, per, source, verified } = priced(price);
      return { what, quantity, unit: per, usd: Math.round(quantity * usd * 100) / 100, source, verified };
    });
  return { lines, totalUsd: Math.round(lines.reduce((sum, { usd }) => sum + usd, 0)) };
}

/** What is used of something with a price. */
interface Use {
  what: string;
  quantity: number;
  price: Price;
}

/** Of a quantity the twelve digits that are no trace of binary fractions. */
const line = (what: string, quantity: number, price: Price): Use => ({
  what,
  quantity: Number(quantity.toPrecision(12)),
  price,
});

function nodesOf({ cache }: StageSettings): number {
  return mostShards(cache) * (1 + cache.replicasPerShard);
}

function cacheLines(settings: StageSettings): Use[] {
  const { nodeType, shards, snapshotRetentionDays, globalDatastore } = settings.cache;
  const secondaries = globalDatastore?.secondaries.length ?? 0;
  const clusters = 1 + secondaries;
  return [
    line(`${nodeType} nodes`, nodesOf(settings) * HOURS, nodePrice(nodeType)),
    // By this Region's price; traffic between Regions comes on top, by what is written.
    line(`${nodeType} nodes elsewhere`, secondaries * nodesOf(settings) * HOURS, nodePrice(nodeType)),
    line('snapshots', clusters * shards * snapshotRetentionDays * SNAPSHOT_GIB, PRICES.snapshotGiB),
    // Of each cluster, and of the audit log with its secret.
    line('keys', clusters + 1, PRICES.kmsKey),
    line('secrets', 1, PRICES.secret),
  ];
}

function functionLines({ concurrency, images, freshnessSeconds }: StageSettings, load: Load): Use[] {
  const invocations = {
    search: load.searches,
    conversation: load.conversationRequests,
    events: load.eventWaits,
    images: images === undefined ? 0 : load.photos,
    'warm-up': WARM_UPS,
  } as const;
  const names = Object.keys(invocations) as (keyof typeof invocations)[];
  // A warm-up that looks again stays for its minute.
  const billed = { ...BILLED_MS, ...(freshnessSeconds < 60 ? { 'warm-up': 60_000 } : {}) };
  const gb = (name: keyof typeof FUNCTIONS) => FUNCTIONS[name].memoryMb / 1_024;
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  return [
    line('function invocations', sum(names.map((name) => invocations[name])) / 1e6, PRICES.lambdaRequests),
    line(
      'function time',
      Math.round(sum(names.map((name) => invocations[name] * (billed[name] / 1_000) * gb(name)))),
      PRICES.lambdaGBs,
    ),
    line(
      'functions kept warm',
      Math.round(sum(SCALED_FUNCTION_NAMES.map((name) => concurrency[name].alwaysWarm * gb(name))) * HOURS * 3_600),
      PRICES.provisionedGBs,
    ),
  ];
}

/** With autoscaling, of its most nodes: they have no alarms of their own until a deploy, so this is an upper bound. */
function alarmsOf(settings: StageSettings): ReturnType<typeof alarmTable> {
  const shards = mostShards(settings.cache);
  return alarmTable(alarmedStage('', { ...settings, cache: { ...settings.cache, shards } }, ''));
}

function otherLines(settings: StageSettings, load: Load): Use[] {
  const { api, network, cache, images } = settings;
  const photos = images === undefined ? 0 : load.photos;
  const millions = (load.searches + load.conversationRequests + load.eventWaits + photos) / 1e6;
  const endpoints =
    (api.exposure === 'private' && api.vpcEndpointId === undefined ? 1 : 0) +
    (network.secretsManager?.by === 'new-endpoint' ? 1 : 0);
  const regional = api.exposure === 'regional' ? 1 : 0;
  const alarms = alarmsOf(settings);
  const alarmMetrics = alarms.reduce((sum, row) => sum + billedMetrics(row), 0);
  return [
    line('API requests', millions, PRICES.apiRequests),
    line('interface endpoints', endpoints * network.subnetIds.length * HOURS, PRICES.endpointHours),
    line('web ACL', regional, PRICES.webAcl),
    line('web ACL rules', regional * WEB_RULES, PRICES.webRule),
    line('requests through the web ACL', regional * millions, PRICES.webRequests),
    line('logs', (millions * 1e6 * LOG_BYTES) / 1e9, PRICES.logGB),
    line('audit log', ((load.conversationRequests + load.eventWaits) * AUDIT_BYTES) / 1e9, PRICES.logGB),
    line('alarms', alarmMetrics + CHANNELS.length, PRICES.alarm),
    line('dashboard', 1, PRICES.dashboard),
    line('composite alarms', compositesOf(alarms.map(({ id }) => id)).length, PRICES.compositeAlarm),
    line('metrics', Object.keys(METRICS).length, PRICES.metric),
    // A function's zone is chance: with two zones half of its traffic goes to the other, and is billed in both.
    line('traffic between zones', cache.multiAz ? (millions * 1e6 * VALKEY_BYTES) / 1e9 : 0, PRICES.zoneGB),
  ];
}
