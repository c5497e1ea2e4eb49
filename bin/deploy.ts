import { Command } from 'commander';
import { AT_ONCE } from '../lib/constructs/functions/canary';
import { findCommand } from '../lib/stages/find-commands';
import { exampleSettings } from '../lib/stages/example-values';
import { parseSettings } from '../lib/stages/parse-settings';
import { noStage } from '../lib/stages/stage-file';
import { STAGE_NAMES, STAGES } from '../lib/stages/stages';
import { deploy, type DeployOptions } from '../lib/tools/deploy/deploy';
import { AwsTarget } from '../lib/tools/ops/aws/aws-target';
import { preflight } from '../lib/tools/preflight/preflight';
import { runCdk } from '../lib/tools/programs/run-cdk';
import { CODES, runProgram, type Run } from '../lib/tools/programs/run-program';
import { wayOut } from '../lib/tools/text/aws-errors';

const program = new Command('npm run deploy --')
  .description('Preflight, cdk deploy, doctor, a test of pages and the first search of one stage')
  .argument('[stage]', `one of ${STAGE_NAMES.join(', ')}`)
  .argument('[cdk-options...]', 'passed on to cdk deploy, for instance --require-approval never')
  .option('--stage <stage>', 'the stage, as every other program takes it')
  .option('--no-preflight', 'without looking at the account first')
  .option('--at-once', 'without the canary: for a remedy, while an alarm fires')
  .option('--page-test', 'wakes the recipients of pages, as the first deploy does')
  .allowUnknownOption();

async function main(run: Run): Promise<number> {
  const { stage: named, ...options } = program.opts<Partial<DeployOptions> & { stage?: string }>();
  const [stage, ...cdkOptions] = named === undefined ? program.args : [named, ...program.args];
  // What cdk is to get comes behind the stage.
  if (stage === undefined || stage.startsWith('-'))
    throw new Error(
      `Name the stage first, such as npm run deploy -- ${['prod', ...program.args].join(' ')}; there are ` +
        `${STAGE_NAMES.join(', ')} (lib/stages/*.yaml).`,
    );
  const input = STAGES[stage];
  if (input === undefined) throw new Error(noStage(stage, STAGES));
  const [another = '-'] = cdkOptions;
  // To cdk it would be the name of one more stack.
  if (!another.startsWith('-')) throw new Error(`One stage is deployed at a time: "${another}" is no option of cdk.`);
  const settings = parseSettings(stage, input);
  const examples = exampleSettings(input);
  if (examples.length > 0) {
    console.error(
      `Stage ${stage} still has example values, so nothing was deployed. npm run adopt -- --stage ${stage} finds ` +
        `most of them; or set these in lib/stages/${stage}.yaml:`,
    );
    for (const setting of examples) {
      console.error(`  ${setting}`);
      console.error(`    ${findCommand(setting, input) ?? 'yours to choose: docs/settings.md'}`);
    }
    return CODES.failed;
  }
  const { preflight: looks, pageTest, atOnce } = options;
  const context = atOnce === true ? ['--context', `${AT_ONCE}=true`] : [];
  const well = await deploy(
    stage,
    settings,
    { preflight: looks !== false, pageTest: pageTest === true, atOnce: atOnce === true },
    {
      preflight: () => preflight(settings, stage),
      cdk: () => runCdk(run, ['deploy', `${stage}/*`, ...context, ...cdkOptions]),
      target: () => new AwsTarget(stage, settings),
      tell: (line) => console.log(line),
    },
  ).catch((cause: unknown) => {
    throw wayOut(cause, ' to one that may deploy', 'the region of the stage');
  });
  return well ? CODES.ok : CODES.found;
}

runProgram(program, main);
