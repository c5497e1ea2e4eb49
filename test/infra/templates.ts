import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { parseSettings } from '../../lib/stages/parse-settings';
import type { StageInput, StageSettings } from '../../lib/stages/settings';
import { TEMPLATES_FOLDER } from './global-setup';
import type { StackJson } from './synthesis';

export interface SynthesisedStack {
  stackName: string;
  region: string;
  template: Template;
}
export interface SynthesisedStage {
  settings: StageSettings;
  cache: SynthesisedStack;
  service: SynthesisedStack;
  secondaries: SynthesisedStack[];
}

/** The templates of a stage. A run synthesises each stage once: its test files share a folder. */
export function synthesise(name: string, input: StageInput): SynthesisedStage {
  const [cache, service, ...secondaries] = stacksJson(name, input).map(({ template, ...stack }) => ({
    ...stack,
    template: Template.fromJSON(template),
  }));
  if (cache === undefined || service === undefined) throw new Error(`Stage ${name} has no stacks.`);
  return { settings: parseSettings(name, input), cache, service, secondaries };
}

export const stacksOf = ({ cache, service, secondaries }: SynthesisedStage): SynthesisedStack[] => [
  cache,
  service,
  ...secondaries,
];

/** The body of the stage's dashboard as CloudWatch gets it, but for the Region, which only a deploy knows. */
export function dashboardBody({ service }: SynthesisedStage): string {
  const [found] = Object.values(service.template.findResources('AWS::CloudWatch::Dashboard'));
  const { Properties } = found as { Properties: { DashboardBody: { 'Fn::Join': [string, unknown[]] } } };
  return Properties.DashboardBody['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'region')).join('');
}

function stacksJson(name: string, input: StageInput): StackJson[] {
  const folder = process.env[TEMPLATES_FOLDER];
  const key = createHash('sha256')
    .update(JSON.stringify([name, input]))
    .digest('hex');
  const file = folder === undefined ? undefined : path.join(folder, `${key}.json`);
  if (file !== undefined && existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as StackJson[];
  // Loaded only then: the whole of the CDK takes longer than most tests.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const stacks = (require('./synthesis') as typeof import('./synthesis')).synthesiseStacks(name, input);
  if (file !== undefined) {
    writeFileSync(`${file}.${process.pid}`, JSON.stringify(stacks));
    renameSync(`${file}.${process.pid}`, file);
  }
  return stacks;
}
