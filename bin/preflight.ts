import Table from 'cli-table3';
import { Command } from 'commander';
import { preflight } from '../lib/tools/preflight/preflight';
import { exampleSettings } from '../lib/stages/example-values';
import { parseSettings } from '../lib/stages/parse-settings';
import { STAGES } from '../lib/stages/stages';
import { runProgram } from '../lib/tools/programs/run-program';

const MARKS = { ok: '✔', warning: '!', problem: '✖' } as const;

const program = new Command('preflight')
  .description(
    'Looks whether a stage can be deployed. Reads the account and changes nothing; ends with 1 if there is a problem',
  )
  .requiredOption('--stage <stage>', `one of ${Object.keys(STAGES).join(', ')}`)
  .option('--json', 'print only an array of {level, subject, found, advice}');

async function main(): Promise<number> {
  const { stage, json } = program.opts<{ stage: string; json?: true }>();
  const input = STAGES[stage];
  if (input === undefined)
    throw new Error(`There is no stage "${stage}"; there are ${Object.keys(STAGES).join(', ')} (lib/stages/*.yaml).`);
  const settings = parseSettings(stage, input);
  const examples = exampleSettings(settings);
  if (examples.length > 0)
    throw new Error(
      `Stage ${stage} still has example values: ${examples.join(', ')}. docs/deploy.md says where each comes from.`,
    );
  const findings = await preflight(settings, stage);
  if (json) console.log(JSON.stringify(findings));
  else {
    const table = new Table({
      head: ['', 'what', 'found', 'what to do'],
      style: { head: [] },
      wordWrap: true,
      colWidths: [3, 26, 44, 60],
    });
    for (const { level, subject, found, advice } of findings) table.push([MARKS[level], subject, found, advice ?? '']);
    console.log(table.toString());
  }
  return findings.some(({ level }) => level === 'problem') ? 1 : 0;
}

runProgram(program, main);
