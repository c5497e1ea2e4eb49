import { parseSettings } from '../../stages/parse-settings';
import { noStage } from '../../stages/stage-file';
import { STAGE_NAMES, STAGES } from '../../stages/stages';
import { AwsTarget } from './aws/aws-target';
import { EXIT, OperationError } from './report/errors';
import type { Target } from './stage/target';

/** @returns what the options name. @throws OperationError if they name nothing that exists. */
export async function connectTarget({ stage, local }: { stage?: string; local?: boolean }): Promise<Target> {
  // Loaded only then: a stage in AWS needs none of the clients of Valkey and PostgreSQL that come with it.
  if (local) return (await import('./local/local-target')).LocalTarget.connect();
  if (stage === undefined)
    throw new OperationError(
      `Name what is operated: --stage with one of ${STAGE_NAMES.join(', ')}, or --local.`,
      EXIT.usage,
    );
  const input = STAGES[stage];
  if (input === undefined) throw new OperationError(noStage(stage, STAGES), EXIT.usage);
  return new AwsTarget(stage, parseSettings(stage, input));
}
