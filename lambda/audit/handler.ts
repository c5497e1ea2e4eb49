import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { CloudWatchLogsEvent } from 'aws-lambda';
import { ENV, requireEnv } from '../contract/environment';
import { PeopleKey } from '../contract/people-key';
import { toldErrors } from '../telemetry/told';
import { writeAuditLines } from './audit-writer';

const audit = {
  logs: new CloudWatchLogsClient(),
  key: PeopleKey.fromEnvironment(process.env),
  logGroupName: requireEnv(ENV.auditLogGroup),
};

export const handler = toldErrors((event: CloudWatchLogsEvent) => writeAuditLines(event, audit));
