import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { CarFinStage } from '../../carfin-stage';
import type { StageSettings } from '../../stages/settings';
import { withTemporaryApp } from './temporary-app';

/** A resource of a template. */
export interface PlannedResource {
  type: string;
  properties: Readonly<Record<string, unknown>>;
}

/** Everything that the stacks of a stage create, from the templates themselves; code is left out. */
export function plannedResources(stage: string, settings: StageSettings): PlannedResource[] {
  const known = plans.get(settings) ?? plan(stage, settings);
  plans.set(settings, known);
  return known;
}

/** Several checks look at the same plan. */
const plans = new WeakMap<StageSettings, PlannedResource[]>();

function plan(stage: string, settings: StageSettings): PlannedResource[] {
  return withTemporaryApp((app) => {
    const { cache, service } = new CarFinStage(app, stage, settings, () => Code.fromInline('/* no code: a plan */'));
    return [cache, service].flatMap((stack) => {
      const { Resources } = Template.fromStack(stack).toJSON() as {
        Resources: Record<string, { Type: string; Properties?: Record<string, unknown> }>;
      };
      return Object.values(Resources).map(({ Type, Properties = {} }) => ({ type: Type, properties: Properties }));
    });
  });
}
