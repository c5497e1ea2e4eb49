import type { APIGatewayProxyResult } from 'aws-lambda';
import { Command } from 'commander';
import { forgettingTable, measureForgetting } from '../lib/tools/faults/forgetting';
import { besideProduction } from '../lib/tools/engines/engine-version';
import { generateListings } from '../lib/tools/example-data/listings';
import { LocalFunctions } from '../lib/tools/local-stage/local-system';
import { startEngines } from '../lib/tools/local-stage/start-engines';
import { runProgram, type Run } from '../lib/tools/programs/run-program';
import { saveResults } from '../lib/tools/text/results-file';
import { drawn } from '../lib/tools/text/table';

const LISTINGS = 4_000;

const program = new Command('npm run bench:forgetting --')
  .description('Forgets people by the API, and looks for what is left of them in keys and snapshots')
  .option('--save', 'write docs/results/forgetting.json; npm run docs makes its page of it');

runProgram(program, async (run: Run) => {
  const { save } = program.opts<{ save?: true }>();
  const { postgres, cluster } = await run.own(() =>
    startEngines(generateListings(LISTINGS), { replicasPerPrimary: 1 }),
  );
  const functions = await run.own(() => new LocalFunctions(cluster, postgres.url));
  await functions.warmUp();
  const ask = async (event: unknown) => (await functions.invoke('conversation', event)) as APIGatewayProxyResult;
  const figures = await measureForgetting(ask, cluster);
  if (save) saveResults('forgetting', figures, { valkey: besideProduction(cluster.version) });
  console.log(drawn(forgettingTable(figures)));
});
