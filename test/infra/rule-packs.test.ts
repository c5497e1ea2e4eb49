import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { addRulePacks } from '../../lib/constructs/rules/rule-packs';
import cdkJson from '../../cdk.json';

/** That the stages leave no finding is held by npm run synth, for those with options by .ci/run, half of them a day. */
test('a resource that breaks a rule ends the synth', () => {
  const outdir = mkdtempSync(path.join(tmpdir(), 'carfin-rules-'));
  try {
    const app = new App({ outdir, context: cdkJson.context });
    addRulePacks(app);
    const stack = new Stack(app, 'open');
    new CfnOutput(stack, 'Open', { value: new Topic(stack, 'OpenTopic').topicArn });
    expect(() => app.synth()).toThrow(/AwsSolutions-SNS3/);
  } finally {
    rmSync(outdir, { recursive: true });
  }
});
