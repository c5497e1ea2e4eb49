import { Command } from 'commander';
import { ENV } from '../lambda/contract/environment';
import { besideProduction } from '../lib/tools/engines/engine-version';
import { LOAD_KINDS, type GrowthFigures, type LoadFigures, type SizeFigures } from '../lib/tools/bench/growth/figures';
import { measureLoad } from '../lib/tools/bench/growth/load';
import { measureSize } from '../lib/tools/bench/growth/size';
import { loadTable, sizeTable } from '../lib/tools/bench/growth/tables';
import { saveResults } from '../lib/tools/text/results-file';
import { drawn } from '../lib/tools/text/table';
import { wholeNumberAboveZero, wholeSeconds } from '../lib/tools/text/command-arguments';
import { LAMBDA_NODE_VERSION } from '../lib/tools/local-stage/lambda-node';
import { generateListings, LISTING_COUNT } from '../lib/tools/example-data/listings';
import { thousands } from '../lib/tools/text/thousands';
import { startEngines } from '../lib/tools/local-stage/start-engines';
import { runProgram, type Run } from '../lib/tools/programs/run-program';

const LARGE = [1_200_000, 3_000_000];
const LEVELS = [1, 2, 4, 8, 16, 32, 64, 128, 256];

const wholeNumbers = (value: string) => value.split(',').map(wholeNumberAboveZero);

const program = new Command('npm run bench:growth --')
  .description('Measures the system with more listings, and with more questions at once')
  .option('--sizes <n,n>', 'listings; the load is asked of the first', wholeNumbers, [LISTING_COUNT, ...LARGE])
  .option('--levels <n,n>', 'questions at once', wholeNumbers, LEVELS)
  .option('--processes <n>', 'processes of the search function that ask, at most', wholeNumberAboveZero, 4)
  .option('--seconds <n>', 'for each level and kind of question', wholeSeconds, 4)
  .option('--save', 'write docs/results/growth.json; npm run docs makes docs/scale.md of it');

interface Options {
  sizes: number[];
  levels: number[];
  processes: number;
  seconds: number;
  save?: true;
}

async function main(run: Run): Promise<void> {
  const { sizes, levels, processes, seconds, save } = program.opts<Options>();
  const figures: GrowthFigures = { sizes: [], load: [] };
  const versions: Record<string, string> = { 'node of the bundles': LAMBDA_NODE_VERSION };
  for (const [i, listings] of sizes.entries()) {
    console.log(`${thousands(listings)} listings: starting PostgreSQL and a Valkey cluster, filling the table…`);
    const { postgres, cluster, stop } = await run.own(() => startEngines(generateListings(listings)));
    const databaseUrl = postgres.url;
    Object.assign(versions, { valkey: besideProduction(cluster.version), postgres: postgres.version });
    const size: SizeFigures = await measureSize(cluster, databaseUrl);
    figures.sizes.push(size);
    console.log(
      `  warm-up ${size.warmUp.seconds.toFixed(1)} s, a question never asked ${size.latencyUs.neverAsked} µs (median)`,
    );
    if (i === 0) {
      const environment = { ...cluster.environment('search'), [ENV.databaseUrl]: databaseUrl, [ENV.stage]: 'bench' };
      for (const kind of LOAD_KINDS) {
        for (const concurrency of levels) {
          const level: LoadFigures = await measureLoad(cluster, environment, { kind, concurrency, processes, seconds });
          figures.load.push(level);
          console.log(`  ${kind}, ${concurrency} at once: ${thousands(level.answersASecond)} answers a second`);
        }
      }
    }
    await stop();
  }
  if (save) console.log(`Written: ${saveResults('growth', figures, versions)}`);
  console.log(drawn(sizeTable(figures.sizes)));
  for (const kind of LOAD_KINDS) {
    console.log(`${kind}:`);
    console.log(drawn(loadTable(figures.load.filter((level) => level.kind === kind))));
  }
}

runProgram(program, main);
