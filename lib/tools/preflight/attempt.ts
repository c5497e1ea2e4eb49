import { lacksCredentials } from '../text/aws-errors';
import { problem, type Finding } from './finding';

/** A check that can't look says so, with the way out: it is not passed over, and hides no other. */
export async function attempt(subject: string, check: () => Promise<Finding | Finding[]>): Promise<Finding[]> {
  try {
    return [await check()].flat();
  } catch (error) {
    const { name, message } = error as Error;
    return [problem(subject, `it could not be looked at: ${name}: ${message}`, adviceFor(error as Error))];
  }
}

function adviceFor(error: Error): string {
  const { name } = error;
  if (lacksCredentials(error)) return 'Sign in first: aws sso login, or set AWS_PROFILE.';
  if (/AccessDenied|Unauthorized/.test(name))
    return 'Allow the deployer this read-only action (docs/deploy.md lists them).';
  if (/Throttl/.test(name)) return 'AWS asks for patience: run it again in a minute.';
  return 'Check the setting that names it, and the network to AWS.';
}
