import { rmSync } from 'node:fs';
import path from 'node:path';
import type { STSClient } from '@aws-sdk/client-sts';
import { makeTemporaryFolder } from '../../engines/run-folder';
import { ENV } from '../../../../lambda/contract/environment';
import type { Check } from '../../../../lambda/doctor/check';
import { examine } from '../../../../lambda/doctor/examine';
import { RDS_CA_FILE, writeRdsCertificates } from '../../../constructs/functions/rds-certificates';
import type { StageSettings } from '../../../stages/settings';

/** Looks at a stage's stores from this shell, as search's user with the shell's own credentials. */
export async function examineStage(
  stage: string,
  settings: StageSettings,
  endpoint: string,
  sts: STSClient,
): Promise<Check[]> {
  const { database, cache, region } = settings;
  const credentials = await sts.config.credentials();
  const folder = makeTemporaryFolder('doctor');
  try {
    writeRdsCertificates(folder, region);
    return await examine({
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken,
      [ENV.stage]: stage,
      [ENV.valkeyEndpoint]: endpoint,
      [ENV.valkeyUser]: `${cache.replicationGroupId}-search`,
      [ENV.valkeyReplicationGroupId]: cache.replicationGroupId,
      [ENV.databaseHost]: database.endpoint,
      [ENV.databasePort]: String(database.port),
      [ENV.databaseName]: database.name,
      [ENV.databaseUser]: database.user,
      [ENV.databaseCaFile]: path.join(folder, RDS_CA_FILE),
      [ENV.databaseSecretArn]: database.secretArn,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
