import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, CfnOutput } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CarFinStage } from '../../lib/carfin-stage';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';
import { addRulePacks } from '../../lib/constructs/rules/rule-packs';
import type { StageInput } from '../../lib/stages/settings';
import cdkJson from '../../cdk.json';
import { prod } from '../support/stages';
import { regional } from './inputs';

/** @returns the rules that found something at synth. */
function findings(input: StageInput, change: (stage: CarFinStage) => void = () => undefined): string[] {
  const outdir = mkdtempSync(path.join(tmpdir(), 'carfin-rules-'));
  try {
    const app = new App({ outdir, context: cdkJson.context });
    addRulePacks(app);
    change(new CarFinStage(app, 'stage', input, () => Code.fromAsset(`${PROJECT_ROOT}/lambda/contract`)));
    app.synth();
    const report = JSON.parse(readFileSync(path.join(outdir, 'validation-report.json'), 'utf8')) as {
      pluginReports: { violations: { ruleName: string }[] }[];
    };
    return report.pluginReports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName));
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

test('a stage with every option leaves no finding', () => {
  expect(findings(regional)).toEqual([]);
}, 60_000);

test('a resource that breaks a rule ends the synth', () => {
  const open = ({ service }: CarFinStage) => {
    new CfnOutput(service, 'Open', { value: new Topic(service, 'OpenTopic').topicArn });
  };
  expect(() => findings(prod, open)).toThrow(/AwsSolutions-SNS3/);
}, 60_000);
