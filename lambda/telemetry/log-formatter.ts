import { LogFormatter, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';
import { codeOf, kindOf, reasonOf } from './reason';

/**
 * Powertools' usual log line, but of an error only what is known to be no data: its own formatter also writes whatever
 * else an error carries, and iovalkey's carry the command with all its arguments: the person's id and what they wrote.
 * Messages of dependencies quote what they were given, so reasonOf decides what is told of them.
 */
export class PrivateLogFormatter extends LogFormatter {
  override formatAttributes(attributes: UnformattedAttributes, additional: LogAttributes): LogItem {
    const { logLevel, message, timestamp, serviceName, xRayTraceId } = attributes;
    const item = new LogItem({
      attributes: {
        level: logLevel,
        message,
        timestamp: this.formatTimestamp(timestamp),
        service: serviceName,
        xray_trace_id: xRayTraceId,
      },
    });
    return item.addAttributes(additional);
  }

  override formatError(error: Error): LogAttributes {
    const { stack = '', cause } = error;
    return {
      name: kindOf(error),
      location: this.getCodeLocation(stack),
      message: reasonOf(error),
      // Without its head, which repeats the message.
      stack: stack
        .split('\n')
        .filter((line) => /^\s+at /.test(line))
        .join('\n'),
      cause: cause instanceof Error ? this.formatError(cause) : undefined,
      code: codeOf(error),
    };
  }
}
