import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Command } from 'commander';
import { PROJECT_ROOT } from '../lib/constructs/functions/bundle';
import { findCommand } from '../lib/stages/find-commands';
import { exampleSettings } from '../lib/stages/example-values';
import { parseSettings } from '../lib/stages/parse-settings';
import { STAGES } from '../lib/stages/stages';
import { CODES, runProgram, type Run } from '../lib/tools/programs/run-program';

/** Checks what can be checked before anything is created, then hands over to cdk. */
const program = new Command('deploy')
  .description('Deploys one stage, after checking its settings')
  .argument('<stage>', `one of ${Object.keys(STAGES).join(', ')}`)
  .argument('[cdk-options...]', 'passed on to cdk deploy, for instance --require-approval never')
  .allowUnknownOption();

async function main(run: Run): Promise<number> {
  const [stage = '', ...options] = program.args;
  const input = STAGES[stage];
  if (input === undefined) {
    console.error(`There is no stage "${stage}"; there are ${Object.keys(STAGES).join(', ')} (lib/stages/*.yaml).`);
    return CODES.failed;
  }
  const examples = exampleSettings(parseSettings(stage, input));
  if (examples.length > 0) {
    console.error(
      `Stage ${stage} still has example values, so nothing was deployed. Set these in lib/stages/${stage}.yaml (docs/deploy.md tells more):`,
    );
    for (const setting of examples) {
      console.error(`  ${setting}`);
      const command = findCommand(setting, input);
      if (command !== undefined) console.error(`    ${command}`);
    }
    return CODES.failed;
  }
  // The CLI's own entry: npx is a script that Windows can't spawn.
  const cdk = await run.own(
    () =>
      Promise.resolve(
        spawn(process.execPath, [require.resolve('aws-cdk/bin/cdk'), 'deploy', `${stage}/*`, ...options], {
          cwd: PROJECT_ROOT,
          stdio: 'inherit',
        }),
      ),
    (child) => child.kill(),
  );
  const [status] = (await once(cdk, 'exit')) as [number | null];
  return status ?? CODES.found;
}

runProgram(program, main);
