import { App } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import cdkJson from '../../cdk.json';
import { CarFinStage } from '../../lib/carfin-stage';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';
import { addRulePacks } from '../../lib/constructs/rules/rule-packs';
import { OPTIONS } from './options';

/**
 * Writes the templates of the stages with every option into a folder, with what the rule packs find: tsx
 * test/infra/synth-options.ts <folder>; with --sample of every other one, today's.
 */
const [outdir, sample] = process.argv.slice(2);
const today = sample === '--sample' ? Math.floor(Date.now() / 86_400_000) : undefined;
if (outdir === undefined) throw new Error('Name the folder that the templates shall be written to.');
const app = new App({ outdir, context: cdkJson.context });
addRulePacks(app);
for (const [i, [name, input]] of Object.entries(OPTIONS).entries()) {
  if (today !== undefined && (i + today) % 2 === 1) continue;
  // Each has a name of its own: two of one name are refused.
  const named = { ...input, cache: { ...input.cache, replicationGroupId: name } };
  new CarFinStage(app, name, named, () => Code.fromAsset(`${PROJECT_ROOT}/lambda/contract`));
}
app.synth();
