import type { StageSettings } from '../stages/settings';
import { checkAccount, checkBootstrap, checkQuotas } from './account-checks';
import { checkEngine, checkNames } from './cache-checks';
import { checkDatabase } from './database-checks';
import { problem, type Finding } from './finding';
import { checkEndpoints, checkSubnets, checkVpc } from './network-checks';

const CHECKS: Readonly<Record<string, (settings: StageSettings) => Promise<Finding[]>>> = {
  'CDK bootstrap': checkBootstrap,
  VPC: checkVpc,
  subnets: checkSubnets,
  'VPC endpoints': checkEndpoints,
  RDS: checkDatabase,
  Valkey: checkEngine,
  names: checkNames,
  quotas: checkQuotas,
};

/** Reads the account with the deployer's credentials and changes nothing. A check that can't look says so; it is not passed over. */
export async function preflight(settings: StageSettings): Promise<Finding[]> {
  const account = await attempt('account', () => checkAccount(settings));
  // With the credentials of another account every other answer would be about somebody else's.
  if (account.some(({ level }) => level === 'problem')) return account;
  const findings = await Promise.all(
    Object.entries(CHECKS).map(([subject, check]) => attempt(subject, () => check(settings))),
  );
  return [...account, ...findings.flat()];
}

async function attempt(subject: string, check: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await check();
  } catch (error) {
    const { name, message } = error as Error;
    return [problem(subject, `it could not be looked at: ${name}: ${message}`, adviceFor(name))];
  }
}

function adviceFor(name: string): string {
  if (/Credentials|Token/.test(name)) return 'Sign in first: aws sso login, or set AWS_PROFILE.';
  if (/AccessDenied|Unauthorized/.test(name))
    return 'Allow the deployer this read-only action (docs/deploy.md lists them).';
  if (/Throttl/.test(name)) return 'AWS asks for patience: run it again in a minute.';
  return 'Check the setting that names it, and the network to AWS.';
}
