import { paginateFilterLogEvents, type CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { functionFailed } from '../report/errors';
import type { LogLine, LogQuery } from '../stage/target';

/** Runs a function and waits. @throws OperationError if the function itself fails, with its own words. */
export async function invokeFunction(lambda: LambdaClient, functionName: string, event: unknown): Promise<unknown> {
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(event)) }),
  );
  const text = Buffer.from(answer.Payload ?? []).toString();
  const value: unknown = text === '' ? undefined : JSON.parse(text);
  if (answer.FunctionError === undefined) return value;
  const { errorType = 'Error', errorMessage = text } = (value ?? {}) as { errorType?: string; errorMessage?: string };
  throw functionFailed(`The function ${functionName} failed: `, errorType, errorMessage);
}

/** The newest lines of a function's log, oldest first. */
export async function readLog(logs: CloudWatchLogsClient, functionName: string, query: LogQuery): Promise<LogLine[]> {
  const filterPattern = patternOf(query);
  const lines: LogLine[] = [];
  for await (const { events = [] } of paginateFilterLogEvents(
    { client: logs },
    {
      logGroupName: `/aws/lambda/${functionName}`,
      startTime: query.from,
      ...(filterPattern === '' ? {} : { filterPattern }),
    },
  ))
    for (const { timestamp = 0, message = '' } of events) lines.push({ at: timestamp, text: message.trimEnd() });
  return lines.sort((a, b) => a.at - b.at).slice(-(query.limit ?? Infinity));
}

/**
 * A quoted term is looked for as it stands, one with a question mark is one of several (CloudWatch Logs,
 * FilterAndPatternSyntax).
 */
function patternOf({ contains, anyOf = [] }: LogQuery): string {
  const quoted = (text: string) => `"${text.replaceAll('"', '\\"')}"`;
  if (contains !== undefined) return quoted(contains);
  return anyOf.map((text) => `?${quoted(text)}`).join(' ');
}
