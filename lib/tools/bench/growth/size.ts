import { existsSync, readFileSync, rmSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { makeTemporaryFolder } from '../../engines/run-folder';
import { ENV } from '../../../../lambda/contract/environment';
import type { FunctionName } from '../../../../lambda/contract/functions';
import type { WarmUpResult } from '../../../../lambda/warm-up/warm-up';
import { bundleFunction } from '../../../constructs/functions/bundle';
import { lambdaNode } from '../../local-stage/lambda-node';
import { LocalFunction } from '../../local-stage/local-function';
import type { LocalCluster } from '../../engines/valkey-cluster';
import { percentile } from '../bench-messages';
import { neverAsked } from '../questions';
import { measure } from '../worker';
import type { SizeFigures } from './figures';
import type { LatencyInput, LatencyResult } from './messages';

/** Questions after which a process's memory is looked at. */
const QUESTIONS = 200;
const ROUNDS = 1_000;

/**
 * Warms an empty cluster from the table and measures what that took and what a question then costs; the functions as
 * bundles, on Lambda's Node.js.
 */
export async function measureSize(cluster: LocalCluster, databaseUrl: string): Promise<SizeFigures> {
  const empty = await usedBytes(cluster);
  const environment = (user: 'search' | 'warm-up') => ({
    ...cluster.environment(user),
    [ENV.databaseUrl]: databaseUrl,
    [ENV.stage]: 'bench',
  });
  const warmUp = await withBundle('warm-up', environment('warm-up'), async (local) => {
    const result = (await local.invoke({})) as WarmUpResult;
    return { ...result, peakMiB: residentMiB(local, 'VmHWM') };
  });
  const valkeyMB = ((await usedBytes(cluster)) - empty) / 1e6;
  const start = performance.now();
  const { startMs, searchMiB } = await withBundle('search', environment('search'), async (local) => {
    const startMs = performance.now() - start;
    for (let i = 0; i < QUESTIONS; i++) await local.invoke(neverAsked(1_000_000 + i));
    return { startMs, searchMiB: residentMiB(local, 'VmRSS') };
  });
  const { loadMs, indexBytes, samples } = await measure<LatencyResult>('growth/latency-worker.ts', {
    environment: environment('search'),
    rounds: ROUNDS,
  } satisfies LatencyInput);
  const median = (name: string) => Math.round(percentile(samples[name] ?? [], 0.5));
  return {
    listings: warmUp.listings,
    searchable: warmUp.searchable,
    warmUp: { seconds: warmUp.seconds, peakMiB: warmUp.peakMiB, writtenMB: rounded(warmUp.bytesWritten / 1e6) },
    index: { MB: rounded(indexBytes / 1e6), loadMs: Math.round(loadMs), startMs: Math.round(startMs), searchMiB },
    valkeyMB: Math.round(valkeyMB),
    latencyUs: { memory: median('memory'), hit: median('hit'), neverAsked: median('neverAsked'), rare: median('rare') },
  };
}

const rounded = (value: number) => Math.round(value * 10) / 10;

async function withBundle<T>(
  name: FunctionName,
  environment: Record<string, string>,
  work: (local: LocalFunction) => Promise<T>,
): Promise<T> {
  const folder = makeTemporaryFolder(name);
  try {
    bundleFunction(name, folder);
    const local = await LocalFunction.start(folder, environment, { execPath: await lambdaNode() });
    try {
      return await work(local);
    } finally {
      await local.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param line of /proc/<pid>/status: VmHWM is the most so far, VmRSS what it is now. @returns null where there is no
 * /proc.
 */
function residentMiB(local: LocalFunction, line: 'VmHWM' | 'VmRSS'): number | null {
  const file = `/proc/${local.pids[0] ?? 0}/status`;
  if (!existsSync(file)) return null;
  const kilobytes = Number(new RegExp(`${line}:\\s+(\\d+)`).exec(readFileSync(file, 'utf8'))?.[1] ?? NaN);
  return Math.round(kilobytes / 1_024);
}

async function usedBytes(cluster: LocalCluster): Promise<number> {
  const infos = await cluster.everywhere('INFO', 'memory');
  return infos.reduce<number>((sum, info) => sum + Number(/used_memory:(\d+)/.exec(String(info))?.[1] ?? NaN), 0);
}
