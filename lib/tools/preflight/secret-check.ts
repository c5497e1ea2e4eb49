import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { StageSettings } from '../../stages/settings';
import { orNothing } from '../text/aws-errors';
import { ok, problem, warning, type Finding } from './finding';

/** The secret of the database's login, without reading its value. */
export async function checkSecret({ region, database: { secretArn } }: StageSettings): Promise<Finding | Finding[]> {
  if (secretArn === undefined) return [];
  const subject = 'secret of the database';
  const client = new SecretsManagerClient({ region });
  const found = await orNothing(client.send(new DescribeSecretCommand({ SecretId: secretArn })));
  if (found === undefined)
    return problem(
      subject,
      `there is no ${secretArn}`,
      `List them: aws secretsmanager list-secrets --region ${region} --query "SecretList[].[Name,ARN]"`,
    );
  const { Name = secretArn, KmsKeyId = 'alias/aws/secretsmanager' } = found;
  if (KmsKeyId.endsWith('alias/aws/secretsmanager')) return ok(subject, Name);
  return warning(
    subject,
    `${Name} is encrypted with ${KmsKeyId}`,
    "Its key policy must let the functions' roles decrypt by way of Secrets Manager (kms:Decrypt, kms:ViaService).",
  );
}
