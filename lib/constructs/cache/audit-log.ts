import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { ArnPrincipal, CompositePrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, LogStream } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { AUDIT_STREAMS, auditLogGroup } from '../../../lambda/contract/audit';
import type { StageSettings } from '../../stages/settings';
import { acknowledge } from '../rules/acknowledge';

/**
 * Who read, changed or removed what people said: a log group of its own, with a key, a retention and readers of its
 * own, and the secret from which people's pseudonyms are made. It outlives the functions, and a stage that keeps its
 * data.
 */
export class AuditLog extends Construct {
  readonly key: Key;
  readonly group: LogGroup;
  /** See PeopleKey. Another value makes other pseudonyms: it is not rotated. */
  readonly peopleKey: Secret;
  /** ARN of a stream; the group's own ARN is known to CloudFormation alone, and ends in `:*`. */
  readonly streamArn: (name: string) => string;

  constructor(scope: Construct, id: string, { cache, audit, account, region }: StageSettings) {
    super(scope, id);
    const { replicationGroupId, retainData } = cache;
    const removalPolicy = retainData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
    this.key = new Key(this, 'Key', {
      description: `Audit log of ${replicationGroupId}`,
      enableKeyRotation: true,
      removalPolicy,
    });
    const logGroupName = auditLogGroup(replicationGroupId);
    // CloudWatch Logs guide, encrypt-log-data-kms.
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
        actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
        resources: ['*'],
        conditions: {
          ArnEquals: {
            'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${region}:${account}:log-group:${logGroupName}`,
          },
        },
      }),
    );
    this.group = new LogGroup(this, 'Log', {
      logGroupName,
      encryptionKey: this.key,
      retention: audit.retention,
      removalPolicy,
    });
    for (const logStreamName of Object.values(AUDIT_STREAMS))
      new LogStream(this, `Stream-${logStreamName}`, { logGroup: this.group, logStreamName, removalPolicy });
    this.peopleKey = new Secret(this, 'PeopleKey', {
      description:
        `Pseudonyms of people in ${replicationGroupId}: ` + 'never change it, or nobody who was forgotten is known',
      encryptionKey: this.key,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
      removalPolicy,
    });
    const kept = 'Pseudonyms follow from it: another value would lose whose audit lines and tombstones there are.';
    acknowledge(this.peopleKey, { 'AwsSolutions-SMG4': kept, 'NIST.800.53.R5-SecretsManagerRotationEnabled': kept });
    this.streamArn = (name) => `arn:aws:logs:${region}:${account}:log-group:${logGroupName}:log-stream:${name}`;
    this.readers(audit.readerArns);
  }

  /** Nobody reads it but these, and whoever may read every log group of the account. */
  private readers(arns: readonly string[]): void {
    if (arns.length === 0) return;
    const role = new Role(this, 'Reader', {
      assumedBy: new CompositePrincipal(...arns.map((arn) => new ArnPrincipal(arn))),
      description: 'May read who asked for whose data: docs/privacy.md',
    });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:FilterLogEvents', 'logs:GetLogEvents'],
        // FilterLogEvents is authorised on the streams of the group, GetLogEvents on one.
        resources: [this.streamArn('*')],
      }),
    );
    acknowledge(role, { [`AwsSolutions-IAM5[Resource::${this.streamArn('*')}]`]: 'All streams of one log group.' });
    new CfnOutput(Stack.of(this), 'AuditReaderRoleArn', { value: role.roleArn, description: 'May read the audit log' });
  }
}
