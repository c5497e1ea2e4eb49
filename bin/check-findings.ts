import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { PROJECT_ROOT } from '../lib/constructs/functions/bundle';
import { CODES, runProgram } from '../lib/tools/programs/run-program';

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
  .argument('[folder]', 'where a synth has written, if elsewhere', 'cdk.out');

runProgram(program, () => {
  const [folder = ''] = program.processedArgs as string[];
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
});
