import { delimiter } from 'node:path';
import { Command, Option } from 'commander';
import { engineTable, PARTS, runOnEngine, type EngineRun, type Part } from '../lib/tools/engine-runs/engine-run';
import { namedServers } from '../lib/tools/engines/valkey-binary';
import { CODES, runProgram, type Run } from '../lib/tools/programs/run-program';
import { drawn } from '../lib/tools/text/table';

const program = new Command('npm run test:engines --')
  .description(
    'Runs the tests, a sample of the faults, the benchmark and an upgrade to the last on each of several ' +
      'Valkeys, and prints one table',
  )
  .argument(
    '[binaries...]',
    `paths of valkey-server; without any, those that VALKEY_SERVER lists, with "${delimiter}" between`,
  )
  .addOption(new Option('--only <parts...>', 'these parts only').choices(PARTS));

async function main(run: Run): Promise<number> {
  const { only: parts = PARTS } = program.opts<{ only?: readonly Part[] }>();
  const binaries = program.args.length > 0 ? program.args : namedServers();
  if (binaries.length === 0)
    throw new Error('No engine is named: give paths of valkey-server, or list them in VALKEY_SERVER.');
  const runs: EngineRun[] = [];
  for (const binary of binaries) {
    console.error(`${binary}: ${parts.join(', ')}…`);
    runs.push(await runOnEngine(binary, binaries.at(-1) ?? binary, parts, run.signal));
  }
  console.log(drawn(engineTable(runs, parts)));
  for (const { version, failed } of runs) for (const each of failed) console.log(`Valkey ${version}: ${each}`);
  const well = runs.every(({ results }) => parts.every((part) => results[part]?.well === true));
  return well ? CODES.ok : CODES.found;
}

runProgram(program, main);
