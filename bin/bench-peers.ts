import { execSync } from 'node:child_process';
import { Command } from 'commander';
import { besideProduction } from '../lib/tools/engines/engine-version';
import { clusterInput } from '../lib/tools/bench/bench-messages';
import { change } from '../lib/tools/bench/peers/change';
import type { PeerFigures } from '../lib/tools/bench/peers/figures';
import { storm } from '../lib/tools/bench/peers/storm';
import { peerTable } from '../lib/tools/bench/peers/tables';
import type { HungResult, TurnsInput, TurnsResult } from '../lib/tools/bench/peers/turns-worker';
import type { PeerInput, WayName } from '../lib/tools/bench/peers/ways';
import { PROJECT_ROOT } from '../lib/constructs/functions/bundle';
import { saveResults } from '../lib/tools/text/results-file';
import { drawn } from '../lib/tools/text/table';
import { startWorker, wordOf } from '../lib/tools/bench/worker';
import { wholeNumberAboveZero } from '../lib/tools/text/command-arguments';
import { generateListings, LISTING_COUNT } from '../lib/tools/example-data/listings';
import { LocalFunctions } from '../lib/tools/local-stage/local-system';
import type { LocalCluster } from '../lib/tools/engines/valkey-cluster';
import { thousands } from '../lib/tools/text/thousands';
import { startEngines } from '../lib/tools/local-stage/start-engines';
import { dependencies } from '../lib/tools/bench/peers/package.json';
import { runProgram, type Run } from '../lib/tools/programs/run-program';

const PACKAGES = ['bentocache', 'cache-manager', 'keyv', '@keyv/valkey', 'async-cache-dedupe'] as const;

const program = new Command('npm run bench:peers --')
  .description('Serves the same questions from the same Valkey and PostgreSQL with other caches, beside this project')
  .option('--rounds <n>', 'hits of each way', wholeNumberAboveZero, 2_000)
  .option('--database-rounds <n>', 'questions never asked, of each way', wholeNumberAboveZero, 60)
  .option('--save', 'write docs/results/peers.json; npm run docs makes its page of it');

async function main(run: Run): Promise<void> {
  const { rounds, databaseRounds, save } = program.opts<{ rounds: number; databaseRounds: number; save?: true }>();
  execSync('npm --prefix lib/tools/bench/peers ci --silent', { cwd: PROJECT_ROOT, stdio: 'inherit' });
  // It rests on what has just been installed.
  const { WAY_NAMES } = await import('../lib/tools/bench/peers/ways');
  console.log('Starting PostgreSQL and a Valkey cluster…');
  const { postgres, cluster } = await run.own(() => startEngines(generateListings()));
  const functions = await run.own(() => new LocalFunctions(cluster, postgres.url));
  await functions.warmUp();
  const input: PeerInput = {
    admin: clusterInput(cluster).admin,
    databaseUrl: postgres.url,
    environment: functions.environment('search'),
  };
  console.log(
    `PostgreSQL ${postgres.version} with ${thousands(LISTING_COUNT)} listings, Valkey ` +
      `${besideProduction(cluster.version)}.`,
  );
  const many = new Map<WayName, Partial<PeerFigures>>();
  for (const way of WAY_NAMES) {
    const stormed = await storm(way, input);
    console.log(`  ${way}: a thousand at once asked the table ${stormed.stormQueries} times`);
    const changed = await change(way, input, postgres.ownerUrl, () => functions.warmUp());
    console.log(`  ${way}: ${changed.changeStale} answers after a price has changed did not know it`);
    many.set(way, { ...stormed, ...changed });
  }
  console.log('Taking turns…');
  const { turns, hung } = await takeTurns(cluster, { ...input, rounds, databaseRounds });
  const figures = WAY_NAMES.map((way) => ({ way, ...turns[way], ...many.get(way), ...hung[way] }) as PeerFigures);
  if (save) {
    const packages = PACKAGES.map((name) => [name, dependencies[name]]);
    const versions = { valkey: besideProduction(cluster.version), postgres: postgres.version };
    console.log(
      `Written: ${saveResults('peers', figures, { ...versions, ...(Object.fromEntries(packages) as object) })}`,
    );
  }
  console.log(drawn(peerTable(figures)));
}

async function takeTurns(cluster: LocalCluster, input: TurnsInput): Promise<{ turns: TurnsResult; hung: HungResult }> {
  const worker = startWorker('peers/turns-worker.ts');
  try {
    worker.send(input);
    const turns = await wordOf<TurnsResult>(worker);
    for (const node of cluster.nodes) node.process?.signal('SIGSTOP');
    worker.send('hung');
    return { turns, hung: await wordOf<HungResult>(worker) };
  } finally {
    worker.kill('SIGKILL');
    for (const node of cluster.nodes) node.process?.signal('SIGCONT');
  }
}

runProgram(program, main);
