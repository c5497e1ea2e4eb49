import { GetLogEventsCommand, type CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { auditLogGroup, auditLine, AUDIT_STREAMS } from '../../../../lambda/contract/audit';
import type { Forgotten } from '../../../../lambda/levers/request';
import { forgottenIn } from '../stage/forgotten';

/** Reads the stream of the audit log that holds removals and nothing else, from a time (ms) on, oldest first. */
export async function readForgotten(logs: CloudWatchLogsClient, groupId: string, since: number): Promise<Forgotten[]> {
  const found: Forgotten[] = [];
  let token: string | undefined;
  for (;;) {
    const page = await logs.send(
      new GetLogEventsCommand({
        logGroupName: auditLogGroup(groupId),
        logStreamName: AUDIT_STREAMS.forgotten,
        startTime: since,
        startFromHead: true,
        nextToken: token,
      }),
    );
    found.push(...(page.events ?? []).flatMap(({ message = '' }) => forgottenIn(auditLine.parse(JSON.parse(message)))));
    // At the end the token comes back as it was given (CloudWatch Logs API, GetLogEvents).
    if (page.nextForwardToken === undefined || page.nextForwardToken === token) return found;
    token = page.nextForwardToken;
  }
}
