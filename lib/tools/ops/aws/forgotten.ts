import { paginateGetLogEvents, type CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { auditLogGroup, auditLine, AUDIT_STREAMS } from '../../../../lambda/contract/audit';
import type { Forgotten } from '../../../../lambda/levers/request';
import { forgottenIn } from '../stage/forgotten';

/** Reads the stream of the audit log that holds removals and nothing else, from a time (ms) on, oldest first. */
export async function readForgotten(logs: CloudWatchLogsClient, groupId: string, since: number): Promise<Forgotten[]> {
  const found: Forgotten[] = [];
  // At the end the token comes back as it was given (CloudWatch Logs API, GetLogEvents).
  for await (const { events = [] } of paginateGetLogEvents(
    { client: logs, stopOnSameToken: true },
    {
      logGroupName: auditLogGroup(groupId),
      logStreamName: AUDIT_STREAMS.forgotten,
      startTime: since,
      startFromHead: true,
    },
  ))
    found.push(...events.flatMap(({ message = '' }) => forgottenIn(auditLine().parse(JSON.parse(message)))));
  return found;
}
