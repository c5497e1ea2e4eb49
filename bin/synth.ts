import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { PROJECT_ROOT } from '../lib/constructs/functions/bundle';
import { runCdk } from '../lib/tools/programs/run-cdk';
import { CODES, runProgram, type Run } from '../lib/tools/programs/run-program';

interface Report {
  pluginReports: {
    pluginName?: string;
    violations: { ruleName: string; description: string; violatingConstructs?: { constructPath?: string }[] }[];
  }[];
}

const program = new Command('npm run synth --')
  .description(
    'Synthesises every stage, without credentials; ends with 1 if a rule pack has a finding, which cdk only prints',
  )
  .argument('[folder]', 'synthesise nothing, and look at what a synth has written there');

async function main(run: Run): Promise<number> {
  const [written] = program.args;
  if (written === undefined && (await runCdk(run, ['synth', '--quiet', '**'])) !== 0) return CODES.failed;
  const folder = written ?? 'cdk.out';
  const file = path.resolve(PROJECT_ROOT, folder, 'validation-report.json');
  if (!existsSync(file)) throw new Error(`${file} is not there: npm run synth writes it.`);
  const { pluginReports } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const findings = pluginReports.flatMap(({ violations }) => violations);
  for (const { ruleName, description, violatingConstructs = [] } of findings) {
    console.error(`${ruleName}: ${description}`);
    for (const { constructPath } of violatingConstructs) console.error(`  ${constructPath ?? ''}`);
  }
  console.log(findings.length === 0 ? 'No finding left by any rule pack.' : `${findings.length} findings.`);
  return findings.length === 0 ? CODES.ok : CODES.found;
}

runProgram(program, main);
