import { Command } from 'commander';
import type { Redis } from 'iovalkey';
import { SCRIPT_CASES } from '../lib/tools/bench/scripts/cases';
import { measureScript } from '../lib/tools/bench/scripts/measure';
import { scriptTable, type ScriptFigures } from '../lib/tools/bench/scripts/table';
import { besideProduction } from '../lib/tools/engines/engine-version';
import { LocalCluster } from '../lib/tools/engines/valkey-cluster';
import { runProgram, type Run } from '../lib/tools/programs/run-program';
import { saveResults } from '../lib/tools/text/results-file';
import { drawn } from '../lib/tools/text/table';

const program = new Command('npm run bench:scripts --')
  .description('Plays every Lua script whose work grows, on what costs it most within the limits of the API')
  .option('--save', 'write docs/results/scripts.json; npm run docs makes its page of it');

runProgram(program, async (run: Run) => {
  const { save } = program.opts<{ save?: true }>();
  const cluster = await run.own(() => LocalCluster.start({ primaries: 1 }));
  const connection = cluster.nodes[0]?.connect() as Redis;
  await connection.connect();
  const figures: ScriptFigures[] = [];
  for (const [fed, each] of Object.entries(SCRIPT_CASES)) {
    figures.push({ script: each.script, fed, ...(await measureScript(connection, each)) });
  }
  connection.disconnect();
  if (save) saveResults('scripts', figures, { valkey: besideProduction(cluster.version) });
  console.log(drawn(scriptTable(figures)));
});
