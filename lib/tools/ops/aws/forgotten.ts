import { GetLogEventsCommand, type CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { auditLogGroup, auditLine, AUDIT_STREAMS, forgottenBy } from '../../../../lambda/contract/audit';
import type { Forgotten } from '../../../../lambda/levers/request';

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
    found.push(...(page.events ?? []).flatMap(({ message = '' }) => forgottenIn(message)));
    // At the end the token comes back as it was given (CloudWatch Logs API, GetLogEvents).
    if (page.nextForwardToken === undefined || page.nextForwardToken === token) return found;
    token = page.nextForwardToken;
  }
}

function forgottenIn(message: string): Forgotten[] {
  const line = auditLine.parse(JSON.parse(message));
  const what = forgottenBy(line);
  return what === undefined || line.person === undefined ? [] : [{ person: line.person, at: line.at, what }];
}
