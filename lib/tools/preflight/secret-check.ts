import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { StageSettings } from '../../stages/settings';
import { ok, problem, warning, type Finding } from './finding';

/** The secret of the database's login, without reading its value. */
export async function checkSecret({ region, database: { secretArn } }: StageSettings): Promise<Finding[]> {
  if (secretArn === undefined) return [];
  const subject = 'secret of the database';
  try {
    const { Name = secretArn, KmsKeyId } = await new SecretsManagerClient({ region }).send(
      new DescribeSecretCommand({ SecretId: secretArn }),
    );
    const ownKey = KmsKeyId !== undefined && !KmsKeyId.endsWith('alias/aws/secretsmanager');
    return [
      ownKey
        ? warning(
            subject,
            `${Name} is encrypted with ${KmsKeyId}`,
            "Its key policy must let the functions' roles decrypt by way of Secrets Manager (kms:Decrypt, " +
              'kms:ViaService).',
          )
        : ok(subject, Name),
    ];
  } catch (error) {
    if ((error as Error).name !== 'ResourceNotFoundException') throw error;
    return [
      problem(
        subject,
        `there is no ${secretArn}`,
        `List them: aws secretsmanager list-secrets --region ${region} --query "SecretList[].[Name,ARN]"`,
      ),
    ];
  }
}
