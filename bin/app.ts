import { App } from 'aws-cdk-lib';
import { CarFinStage } from '../lib/carfin-stage';
import { estimate } from '../lib/cost/estimate';
import { addRulePacks } from '../lib/constructs/rules/rule-packs';
import { InvalidSettingsError } from '../lib/stages/parse-settings';
import { StageFileError } from '../lib/stages/stage-file';
import { STAGES } from '../lib/stages/stages';

/** Every stage; a deploy names one: npm run deploy -- prod. */
const app = new App();
addRulePacks(app);
try {
  for (const [name, input] of Object.entries(STAGES)) {
    const { settings } = new CarFinStage(app, name, input);
    const { totalUsd } = estimate(settings);
    // Standard output is the template's where cdk prints one.
    console.error(`${name}: about ${totalUsd} USD a month, of a budget of ${settings.monthlyBudgetUsd} (npm run cost)`);
  }
} catch (error) {
  if (!(error instanceof InvalidSettingsError || error instanceof StageFileError)) throw error;
  // It says line, rule and way out; a stack says nothing of settings.
  console.error(error.message);
  process.exit(1);
}
