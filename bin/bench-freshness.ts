import { rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { makeTemporaryFolder } from '../lib/tools/engines/run-folder';
import { ENV } from '../lambda/contract/environment';
import type { WarmUpResult } from '../lambda/warm-up/warm-up';
import { bundleFunction } from '../lib/constructs/functions/bundle';
import { percentile } from '../lib/tools/bench/bench-messages';
import { kindsOf, measureFreshness, type FreshnessFigures } from '../lib/tools/bench/freshness';
import type { LocalPostgres } from '../lib/tools/engines/postgres';
import type { LocalCluster } from '../lib/tools/engines/valkey-cluster';
import { generateListings, LISTING_COUNT } from '../lib/tools/example-data/listings';
import { LocalFunction } from '../lib/tools/local-stage/local-function';
import { startEngines } from '../lib/tools/local-stage/start-engines';
import { runProgram } from '../lib/tools/programs/run-program';
import { wholeNumberAboveZero, wholeSeconds } from '../lib/tools/text/command-arguments';
import { drawn, type Figures } from '../lib/tools/text/table';
import { thousands } from '../lib/tools/text/thousands';

interface Options {
  listings: number;
  every: number;
  changes: number;
}

const program = new Command('npm run bench:freshness --')
  .description('Changes rows and measures how long each kind of answer does not know it, from the commit')
  .option('--listings <n>', 'rows of the table', wholeNumberAboveZero, LISTING_COUNT)
  .option('--every <seconds>', 'how often the warm-up looks', wholeSeconds, 5)
  .option('--changes <n>', 'one price each', wholeNumberAboveZero, 10);

/**
 * The functions as bundles, each in a process of its own; the warm-up looks again and again, as with
 * `freshnessSeconds`.
 */
async function measured(
  cluster: LocalCluster,
  postgres: LocalPostgres,
  { every, changes }: Options,
  signal: AbortSignal,
): Promise<{ warmUp: WarmUpResult; seconds: FreshnessFigures }> {
  const folder = makeTemporaryFolder('freshness');
  const started: LocalFunction[] = [];
  const start = async (name: 'search' | 'conversation' | 'warm-up', memory = '') => {
    bundleFunction(name, path.join(folder, name));
    const local = await LocalFunction.start(path.join(folder, name), {
      ...cluster.environment(name),
      [ENV.databaseUrl]: postgres.url,
      [ENV.stage]: 'bench',
      [ENV.listingMemoryBytes]: memory,
    });
    started.push(local);
    return local;
  };
  const over = new AbortController();
  let looking: Promise<void> | undefined;
  try {
    const warmUp = await start('warm-up');
    await warmUp.invoke({});
    const kinds = await kindsOf(await start('search', '0'), await start('search'), await start('conversation'));
    let last: WarmUpResult | undefined;
    looking = (async () => {
      const ends = AbortSignal.any([signal, over.signal]);
      while (!ends.aborted) {
        await sleep(every * 1_000, undefined, { signal: ends }).catch(() => undefined);
        if (ends.aborted as boolean) return;
        const result = (await warmUp.invoke({})) as WarmUpResult;
        if (result.outcome === 'published') last = result;
      }
    })();
    const seconds = await measureFreshness(postgres.ownerUrl, kinds, changes, (slowest) =>
      console.log(`  every answer knows the change after ${slowest.toFixed(1)} s`),
    );
    if (last === undefined) throw new Error('No warm-up published a change');
    return { warmUp: last, seconds };
  } finally {
    over.abort();
    await looking?.catch((error: unknown) => console.error(error));
    await Promise.all(started.map((each) => each.stop()));
    rmSync(folder, { recursive: true, force: true });
  }
}

function table(seconds: FreshnessFigures): Figures {
  const cell = (values: number[], share: number) => `${percentile(values, share).toFixed(1)} s`;
  return {
    head: ['answer', 'median', 'longest'],
    rows: Object.entries(seconds).map(([name, values]) => [name, cell(values, 0.5), cell(values, 1)]),
  };
}

runProgram(program, async (run) => {
  const options = program.opts<Options>();
  console.log(`${thousands(options.listings)} listings: starting PostgreSQL and a Valkey cluster, filling the table…`);
  const { postgres, cluster } = await run.own(() => startEngines(generateListings(options.listings)));
  const { warmUp, seconds } = await measured(cluster, postgres, options, run.signal);
  console.log(drawn(table(seconds)));
  const { listingsWritten, bytesWritten } = warmUp;
  console.log(
    `One changed price: a warm-up of ${warmUp.seconds.toFixed(2)} s, ${listingsWritten} listings and ` +
      `${(bytesWritten / 1e6).toFixed(2)} MB written.`,
  );
});
