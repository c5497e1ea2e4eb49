import type { StageSettings } from '../../stages/settings';
import { checkAccount, checkBootstrap } from './account-checks';
import { attempt } from './attempt';
import { checkEngine, checkNodeType } from './cache-checks';
import { checkCertificate } from './certificate-check';
import { checkConcurrency } from './concurrency-check';
import { checkDatabase } from './database-checks';
import { checkApiEndpoint, checkSecretsManagerEndpoint } from './endpoint-checks';
import type { Finding } from './finding';
import { checkLogRole } from './log-role-check';
import { checkNames } from './name-checks';
import { checkSubnets, checkVpc } from './network-checks';
import { checkPages } from './page-checks';
import { checkQuotas } from './quota-checks';
import { checkSecret } from './secret-check';
import { checkWayOut } from './way-out-check';

const CHECKS: Readonly<Record<string, (settings: StageSettings, stage: string) => Promise<Finding | Finding[]>>> = {
  'CDK bootstrap': checkBootstrap,
  VPC: checkVpc,
  subnets: checkSubnets,
  'way out of the photos': checkWayOut,
  'execute-api endpoint': checkApiEndpoint,
  'log role of API Gateway': checkLogRole,
  'certificate of the API': checkCertificate,
  'Secrets Manager endpoint': checkSecretsManagerEndpoint,
  RDS: checkDatabase,
  'secret of the database': checkSecret,
  Valkey: checkEngine,
  'node type': checkNodeType,
  names: checkNames,
  pages: checkPages,
  quotas: checkQuotas,
  'Lambda concurrency': checkConcurrency,
};

/**
 * Reads the account with the deployer's credentials and changes nothing. A check that can't look says so; it is not
 * passed over.
 */
export async function preflight(settings: StageSettings, stage: string): Promise<Finding[]> {
  const account = await attempt('account', () => checkAccount(settings));
  // With the credentials of another account every other answer would be about somebody else's.
  if (account.some(({ level }) => level === 'problem')) return account;
  const findings = await Promise.all(
    Object.entries(CHECKS).map(([subject, check]) => attempt(subject, () => check(settings, stage))),
  );
  return [...account, ...findings.flat()];
}
