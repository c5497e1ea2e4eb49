import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalCluster } from '../../engines/valkey-cluster';
import { percentile } from '../bench-messages';
import { measureTogether } from '../worker';
import type { LoadFigures, LoadKind } from './figures';
import { limitOf } from './limit';
import type { LoadInput, LoadResult, Outcome } from './messages';

/** The workers' own warming, and a moment for them to have begun, s. */
const BEFORE_SECONDS = 0.7;
/** No process asks so many in a second. */
const MOST_A_SECOND = 8_000;

interface LoadOptions {
  kind: LoadKind;
  concurrency: number;
  /** At most so many processes; fewer questions at once than that take one each. */
  processes: number;
  seconds: number;
}

/** Counts the processes that have asked, so that no two ask the same never-asked question. */
let started = 0;

/** Asks so many questions at once, from several processes, and says what held them up. */
export async function measureLoad(
  cluster: LocalCluster,
  environment: Record<string, string>,
  { kind, concurrency, processes: most, seconds }: LoadOptions,
): Promise<LoadFigures> {
  const processes = Math.min(most, concurrency);
  const inputs = Array.from({ length: processes }, (_, i): LoadInput => {
    const loops = Math.floor(concurrency / processes) + (i < concurrency % processes ? 1 : 0);
    return { environment, kind, loops, seconds, firstQuestion: 1 + started++ * MOST_A_SECOND * (seconds + 1) };
  });
  const times: ProcessorTimes[] = [];
  const results = await measureTogether<LoadResult>('growth/load-worker.ts', inputs, async (_, go) => {
    go('go');
    await sleep(BEFORE_SECONDS * 1_000);
    times.push(await processorTimes(cluster));
    // Ends before the workers do, so that all of it is load.
    await sleep((seconds - 2 * (BEFORE_SECONDS - 0.5)) * 1_000);
    times.push(await processorTimes(cluster));
  });
  const [before, after] = times as [ProcessorTimes, ProcessorTimes];
  return toFigures(kind, concurrency, seconds, results, before, after);
}

interface ProcessorTimes {
  at: number;
  /** ms of all processors. */
  busy: number;
  idle: number;
  /** s of each shard's process. */
  shards: number[];
}

async function processorTimes(cluster: LocalCluster): Promise<ProcessorTimes> {
  const infos = await cluster.everywhere('INFO', 'cpu');
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  const times = cpus().map((cpu) => cpu.times);
  const seconds = (info: string, name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1] ?? NaN);
  return {
    at: Date.now(),
    busy: sum(times.map(({ user, nice, sys, irq }) => user + nice + sys + irq)),
    idle: sum(times.map(({ idle }) => idle)),
    shards: infos.map((info) => seconds(String(info), 'used_cpu_user') + seconds(String(info), 'used_cpu_sys')),
  };
}

function toFigures(
  kind: LoadKind,
  concurrency: number,
  seconds: number,
  results: readonly LoadResult[],
  before: ProcessorTimes,
  after: ProcessorTimes,
): LoadFigures {
  const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const sum = (outcome: Outcome) => total(results.map((result) => result[outcome]));
  const answers = sum('expected') + sum('elsewhere') + sum('unanswered');
  const share = (outcome: Outcome) => Math.round((sum(outcome) / answers) * 1_000) / 1_000;
  const times = results.flatMap((result) => result.times);
  const cpuUs = results.map((result) => result.cpuUs);
  const elapsed = (after.at - before.at) / 1_000;
  const shards = after.shards.map((used, i) => used - (before.shards[i] ?? 0));
  const busy = after.busy - before.busy;
  const machineBusy = busy / (busy + after.idle - before.idle);
  const answersASecond = answers / seconds;
  return {
    kind,
    concurrency,
    processes: results.length,
    answersASecond: Math.round(answersASecond),
    elsewhere: share('elsewhere'),
    unanswered: share('unanswered'),
    p50us: Math.round(percentile(times, 0.5)),
    p99us: Math.round(percentile(times, 0.99)),
    machineBusy: Math.round(machineBusy * 100) / 100,
    functionUs: Math.round(total(cpuUs) / answers),
    valkeyUs: Math.round((total(shards) * 1e6) / elapsed / answersASecond),
    limit: limitOf({
      machine: machineBusy,
      process: Math.max(...cpuUs) / 1e6 / seconds,
      shard: Math.max(...shards) / elapsed,
    }),
  };
}
