import { spawnSync } from 'node:child_process';
import { Command } from 'commander';
import { PROJECT_ROOT } from '../lib/constructs/functions/bundle';
import { findCommand } from '../lib/stages/find-commands';
import { exampleSettings } from '../lib/stages/example-values';
import { parseSettings } from '../lib/stages/parse-settings';
import { STAGES } from '../lib/stages/stages';

/** Checks what can be checked before anything is created, then hands over to cdk. */
function main(): number {
  const program = new Command('deploy')
    .description('Deploys one stage, after checking its settings')
    .argument('<stage>', `one of ${Object.keys(STAGES).join(', ')}`)
    .argument('[cdk-options...]', 'passed on to cdk deploy, for instance --require-approval never')
    .allowUnknownOption()
    .parse();
  const [stage = '', ...options] = program.args;
  const input = STAGES[stage];
  if (input === undefined) {
    console.error(`There is no stage "${stage}"; there are ${Object.keys(STAGES).join(', ')} (lib/stages/*.yaml).`);
    return 2;
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
    return 2;
  }
  // The CLI's own entry: npx is a script that Windows can't spawn.
  const { status, error } = spawnSync(
    process.execPath,
    [require.resolve('aws-cdk/bin/cdk'), 'deploy', `${stage}/*`, ...options],
    {
      cwd: PROJECT_ROOT,
      stdio: 'inherit',
    },
  );
  if (error !== undefined) throw new Error(`The AWS CDK could not be started: ${error.message}`);
  return status ?? 1;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
