import { LogFormatter, LogItem } from '@aws-lambda-powertools/logger';
import type { LogAttributes, UnformattedAttributes } from '@aws-lambda-powertools/logger/types';

/**
 * Powertools' usual log line, but of an error only what is known to be no data: its own formatter also writes whatever else an
 * error carries, and iovalkey's carry the command with all its arguments: the person's id and what they wrote.
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
    const { name, message, stack, cause } = error;
    return {
      name,
      location: this.getCodeLocation(stack),
      message,
      stack,
      cause: cause instanceof Error ? this.formatError(cause) : undefined,
      code: (error as { code?: unknown }).code,
    };
  }
}
