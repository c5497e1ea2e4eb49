import { Code } from 'aws-cdk-lib/aws-lambda';
import { Template } from 'aws-cdk-lib/assertions';
import { CarFinStage } from '../../lib/carfin-stage';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';
import type { StageInput } from '../../lib/stages/settings';
import { withTemporaryApp } from '../../lib/tools/preflight/temporary-app';

export interface StackJson {
  stackName: string;
  region: string;
  template: Record<string, unknown>;
}

/**
 * The stacks of a stage without bundles, with the same feature flags as a deploy: cache, service and the secondaries.
 */
export function synthesiseStacks(name: string, input: StageInput): StackJson[] {
  return withTemporaryApp((app) => {
    const stage = new CarFinStage(app, name, input, () => Code.fromAsset(`${PROJECT_ROOT}/lambda/contract`));
    return [stage.cache, stage.service, ...stage.secondaries].map((stack) => ({
      stackName: stack.stackName,
      region: stack.region,
      template: Template.fromStack(stack).toJSON(),
    }));
  });
}
