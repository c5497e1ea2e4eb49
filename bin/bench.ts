import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { besideProduction } from '../lib/tools/engines/engine-version';
import {
  benchTable,
  clusterInput,
  toFigures,
  type ConversationSamples,
  type Samples,
} from '../lib/tools/bench/bench-messages';
import { chart } from '../lib/tools/bench/chart';
import { saveResults } from '../lib/tools/text/results-file';
import { drawn } from '../lib/tools/text/table';
import { measure } from '../lib/tools/bench/worker';
import { wholeNumberAboveZero } from '../lib/tools/text/command-arguments';
import { PROJECT_ROOT } from '../lib/constructs/functions/bundle';
import { generateListings, LISTING_COUNT } from '../lib/tools/example-data/listings';
import { LAMBDA_NODE_VERSION } from '../lib/tools/local-stage/lambda-node';
import { LocalCluster } from '../lib/tools/engines/valkey-cluster';
import { thousands } from '../lib/tools/text/thousands';
import { startEngines } from '../lib/tools/local-stage/start-engines';
import { runProgram, type Run } from '../lib/tools/programs/run-program';

const CHART = 'docs/bench.svg';

const program = new Command('npm run bench --')
  .description('Measures what a question costs, tier by tier, against a raw GET and against the way it was before')
  .option('--json', 'print only an array of {name, p50us, p99us, ratio, meanRatio}')
  .option('--save', 'write docs/results/bench.json and docs/bench.svg; npm run docs makes its page of it')
  .option('--rounds <n>', 'rounds of raw-get, hit and index; of the conversation a fifth', wholeNumberAboveZero, 3_000)
  .option('--database-rounds <n>', 'rounds of database and original', wholeNumberAboveZero, 40);

async function main(run: Run): Promise<void> {
  const { json, save, rounds, databaseRounds } = program.opts<{
    json?: true;
    save?: true;
    rounds: number;
    databaseRounds: number;
  }>();
  const say = (text: string) => {
    if (!json) console.log(text);
  };
  say('Starting PostgreSQL and a Valkey cluster…');
  const { postgres, cluster: first } = await run.own(() => startEngines(generateListings()));
  say(
    `PostgreSQL ${postgres.version} with ${thousands(LISTING_COUNT)} listings, Valkey ` +
      `${besideProduction(first.version)}, three primaries, TLS. Measuring…`,
  );
  const input = { databaseUrl: postgres.url, rounds, databaseRounds };
  const searches = await measure<Samples>('search-worker.ts', { ...clusterInput(first), ...input });
  await first.stop();
  const cluster = await run.own(() => LocalCluster.start({ primaries: 1, replicasPerPrimary: 1 }));
  say('Three shards are measured; now production’s shape, one shard with a replica…');
  const { searches: production, said } = await measure<ConversationSamples>('conversation-worker.ts', {
    ...clusterInput(cluster),
    ...input,
    rounds: Math.ceil(rounds / 5),
  });
  const figures = [
    ...toFigures(searches),
    ...toFigures(production, '1 shard, '),
    ...toFigures(said, '1 shard, ').slice(1),
  ];
  const note =
    `median of ${rounds} rounds (database, original: ${databaseRounds}), × against raw-get; Node.js ` +
    `${LAMBDA_NODE_VERSION}, one machine, logarithmic`;
  const versions = {
    node: LAMBDA_NODE_VERSION,
    valkey: besideProduction(cluster.version),
    postgres: postgres.version,
  };
  if (save) {
    writeFileSync(path.join(PROJECT_ROOT, CHART), chart(figures, 'What a question costs', note));
    say(`Written: ${CHART}, ${saveResults('bench', figures, versions)}`);
  }
  if (json) {
    console.log(JSON.stringify(figures));
    return;
  }
  console.log(drawn(benchTable(figures)));
  const original = figures.find(({ name }) => name === 'original')?.p50us ?? NaN;
  for (const { name, p50us } of figures.filter((each) => each.name === 'hit' || each.name === 'index')) {
    console.log(`${name}: ${thousands(Math.round(original / p50us))} times as fast as the original`);
  }
}

runProgram(program, main);
