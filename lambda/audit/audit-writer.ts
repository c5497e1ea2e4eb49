import { gunzipSync } from 'node:zlib';
import { PutLogEventsCommand, type CloudWatchLogsClient, type InputLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import type { CloudWatchLogsDecodedData, CloudWatchLogsEvent } from 'aws-lambda';
import { AUDIT_STREAMS, forgottenBy, openLine, type AuditLine } from '../contract/audit';
import { readJson } from '../contract/outside-json';
import type { PeopleKey } from '../contract/people-key';
import { ToldError } from '../contract/told-error';

/** Of one PutLogEvents: bytes, with 26 for each event (CloudWatch Logs API, PutLogEvents). */
const MOST_BYTES = 1_048_576;
const BYTES_OF_EVENT = 26;
const MOST_EVENTS = 10_000;

/** CloudWatch has not taken every line. Lambda tries again, and what fails for good goes to the dead letters. */
class AuditLinesRefusedError extends ToldError {}

/**
 * Brings audit lines from a function's log, where they are sealed, to the audit log, where they can be read. A batch
 * that comes again is written again: twice is better than never.
 * @throws AuditLinesRefusedError, UnsealableError
 */
export async function writeAuditLines(
  event: CloudWatchLogsEvent,
  { logs, key, logGroupName }: { logs: CloudWatchLogsClient; key: PeopleKey; logGroupName: string },
): Promise<number> {
  const text = gunzipSync(Buffer.from(event.awslogs.data, 'base64')).toString();
  const { messageType, logEvents } = readJson(text, 'A batch of log lines') as CloudWatchLogsDecodedData;
  // CloudWatch asks so whether the subscription can be reached.
  if (messageType !== 'DATA_MESSAGE') return 0;
  const lines = logEvents.flatMap(({ message }) => openLine(message, key) ?? []).sort((a, b) => a.at - b.at);
  const streams = [
    [AUDIT_STREAMS.all, lines],
    [AUDIT_STREAMS.forgotten, lines.filter((line) => forgottenBy(line) !== undefined).map(withoutCaller)],
  ] as const;
  for (const [logStreamName, its] of streams)
    for (const logEvents of batches(its)) {
      const { rejectedLogEventsInfo } = await logs.send(
        new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }),
      );
      if (rejectedLogEventsInfo !== undefined)
        throw new AuditLinesRefusedError(
          `CloudWatch refused audit lines: ${Object.keys(rejectedLogEventsInfo).join()}`,
        );
    }
  return lines.length;
}

/** Operators read this stream: who was forgotten and when, not who asked for it. */
function withoutCaller(line: AuditLine): AuditLine {
  return { ...line, caller: '', request: '' };
}

function batches(lines: readonly AuditLine[]): InputLogEvent[][] {
  const all: InputLogEvent[][] = [];
  let bytes = Infinity;
  for (const line of lines) {
    const message = JSON.stringify(line);
    const size = Buffer.byteLength(message) + BYTES_OF_EVENT;
    if (bytes + size > MOST_BYTES || (all.at(-1)?.length ?? 0) >= MOST_EVENTS) {
      all.push([]);
      bytes = 0;
    }
    all.at(-1)?.push({ timestamp: line.at, message });
    bytes += size;
  }
  return all;
}
