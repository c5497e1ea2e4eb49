import { App } from 'aws-cdk-lib';
import { CarFinStage } from '../lib/carfin-stage';
import { addRulePacks } from '../lib/rule-packs';
import { STAGES } from '../lib/stages/stages';

/** Every stage; a deploy names one: npm run deploy -- prod. */
const app = new App();
addRulePacks(app);
for (const [name, settings] of Object.entries(STAGES)) new CarFinStage(app, name, settings);
