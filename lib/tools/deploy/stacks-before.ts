import { CloudFormationClient, UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import { stackNamed } from '../preflight/own-stacks';

const WAYS: readonly [status: RegExp, way: (name: string) => string][] = [
  [/^(UPDATE_ROLLBACK_FAILED)$/, (name) => `aws cloudformation continue-update-rollback --stack-name ${name}`],
  [
    /^(ROLLBACK_FAILED|DELETE_FAILED)$/,
    (name) =>
      `aws cloudformation describe-stack-events --stack-name ${name} says what is in the way; remove that, ` +
      `then aws cloudformation delete-stack --stack-name ${name}`,
  ],
  [
    /^(?!REVIEW).*_IN_PROGRESS$/,
    (name) => `aws cloudformation wait stack-exists --stack-name ${name}; another deploy is at work`,
  ],
];

/**
 * Looks at the stacks, and makes room for a first deploy that failed: what is left of it holds nothing, but is
 * protected from the deletion with which cdk begins again.
 * @param tell what was done
 * @returns those that are there and hold something
 * @throws Error with the way out for one in a state from which no deploy can start
 */
export async function stacksBefore(
  region: string,
  names: readonly string[],
  tell: (line: string) => void,
): Promise<string[]> {
  const cloudFormation = new CloudFormationClient({ region });
  const existing: string[] = [];
  for (const name of names) {
    const { StackStatus: status = '', EnableTerminationProtection } = (await stackNamed(region, name)) ?? {};
    const way = WAYS.find(([pattern]) => pattern.test(status))?.[1];
    if (way !== undefined) throw new Error(`Stack ${name} is ${status}. First: ${way(name)}`);
    if (status === 'ROLLBACK_COMPLETE' && EnableTerminationProtection) {
      await cloudFormation.send(
        new UpdateTerminationProtectionCommand({ StackName: name, EnableTerminationProtection: false }),
      );
      tell(`${name} is what a failed first deploy left, and holds nothing: its protection is off, cdk replaces it.`);
    }
    if (status !== '' && status !== 'ROLLBACK_COMPLETE' && status !== 'REVIEW_IN_PROGRESS') existing.push(name);
  }
  return existing;
}
