import { Command } from 'commander';
import { findingsTable } from '../lib/tools/preflight/findings-table';
import { preflight } from '../lib/tools/preflight/preflight';
import { exampleSettings } from '../lib/stages/example-values';
import { parseSettings } from '../lib/stages/parse-settings';
import { noStage } from '../lib/stages/stage-file';
import { STAGE_NAMES, STAGES } from '../lib/stages/stages';
import { runProgram } from '../lib/tools/programs/run-program';

const program = new Command('npm run preflight --')
  .description(
    'Looks whether a stage can be deployed. Reads the account and changes nothing; ends with 1 if there is a problem',
  )
  .requiredOption('--stage <stage>', `one of ${STAGE_NAMES.join(', ')}`)
  .option('--json', 'print only an array of {level, subject, found, advice}');

async function main(): Promise<number> {
  const { stage, json } = program.opts<{ stage: string; json?: true }>();
  const input = STAGES[stage];
  if (input === undefined) throw new Error(noStage(stage, STAGES));
  const settings = parseSettings(stage, input);
  const examples = exampleSettings(input);
  if (examples.length > 0)
    throw new Error(
      `Stage ${stage} still has example values: ${examples.join(', ')}. npm run adopt ` +
        `-- --stage ${stage} finds most of them; npm run deploy -- ${stage} says how each is found.`,
    );
  const findings = await preflight(settings, stage);
  if (json) console.log(JSON.stringify(findings));
  else console.log(findingsTable(findings));
  return findings.some(({ level }) => level === 'problem') ? 1 : 0;
}

runProgram(program, main);
