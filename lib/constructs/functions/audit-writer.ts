import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { FilterPattern, SubscriptionFilter, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import { LambdaDestination } from 'aws-cdk-lib/aws-logs-destinations';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AUDIT_STREAMS } from '../../../lambda/contract/audit';
import { ENV } from '../../../lambda/contract/environment';
import type { StageSettings } from '../../stages/settings';
import type { CodeSource } from './code';
import { loggedFunction } from './logged-function';
import type { AuditLog } from '../cache/audit-log';
import { acknowledge } from '../rules/acknowledge';

interface AuditWriterProps {
  settings: StageSettings;
  audit: AuditLog;
  code: CodeSource;
  /** Logs of the functions that touch what people said, by their names. */
  sources: ReadonlyMap<string, ILogGroup>;
  /** Gets the batches that could not be written. */
  deadLetters: IQueue;
}

/**
 * Brings audit lines from the functions' logs to the audit log. So no answer waits for a line, and nothing in the VPC
 * has to reach CloudWatch Logs, which would want an endpoint there. What fails is tried again, and then lies among the
 * dead letters.
 */
export class AuditWriter extends Construct {
  constructor(scope: Construct, id: string, { settings, audit, code, sources, deadLetters }: AuditWriterProps) {
    super(scope, id);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:PutLogEvents'],
        resources: Object.values(AUDIT_STREAMS).map(audit.streamArn),
      }),
    );
    const writer = loggedFunction(this, {
      name: 'audit-writer',
      settings,
      code,
      role,
      environment: {
        [ENV.peopleKey]: audit.peopleKey.secretValue.unsafeUnwrap(),
        [ENV.auditLogGroup]: audit.group.logGroupName,
      },
      environmentEncryption: audit.key,
      onFailure: new SqsDestination(deadLetters),
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
    });
    acknowledge(this, {
      'NIST.800.53.R5-LambdaInsideVPC':
        'It is invoked by CloudWatch Logs and writes to it, outside the VPC; it reaches nothing inside.',
    });
    for (const [name, source] of sources)
      new SubscriptionFilter(this, `From-${name}`, {
        logGroup: source,
        destination: new LambdaDestination(writer),
        filterPattern: FilterPattern.exists('$.audit'),
        filterName: `${settings.cache.replicationGroupId}-audit-writer-${name}`,
      });
  }
}
