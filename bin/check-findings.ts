import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../lib/constructs/functions/bundle';

interface Report {
  pluginReports: {
    pluginName?: string;
    violations: { ruleName: string; description: string; violatingConstructs?: { constructPath?: string }[] }[];
  }[];
}

/** Ends with 1 if the last synth left a finding: cdk only prints them. The folder of its output may be named. */
const [folder = 'cdk.out'] = process.argv.slice(2);
const file = path.resolve(PROJECT_ROOT, folder, 'validation-report.json');
const { pluginReports } = JSON.parse(readFileSync(file, 'utf8')) as Report;
const findings = pluginReports.flatMap(({ violations }) => violations);
for (const { ruleName, description, violatingConstructs = [] } of findings) {
  console.error(`${ruleName}: ${description}`);
  for (const { constructPath } of violatingConstructs) console.error(`  ${constructPath ?? ''}`);
}
console.log(findings.length === 0 ? 'No finding left by any rule pack.' : `${findings.length} findings.`);
process.exitCode = findings.length === 0 ? 0 : 1;
