import { WENT_WRONG } from '../stage/went-wrong';
import type { FunctionName, WatcherName } from '../../../../lambda/contract/functions';
import { duration, figure, report, type Report } from '../report/output';
import type { LogLine, Target } from '../stage/target';

export interface LogsOptions {
  /** Such as 15m. */
  since: string;
  contains?: string;
  /** Only what went wrong: warnings, errors, and what Lambda says of a function that did not end. */
  errors?: boolean;
  limit: number;
  /** Metrics too, and sealed lines of the audit; without it only what was logged. */
  metrics?: boolean;
}

/** How lines begin or what they hold that say nothing to whoever reads a log: metrics, and the audit's, sealed. */
const NOT_SAID = /"_aws"|^\{"audit":"/;

/**
 * The newest lines of a function's log. What says nothing is left out before they are counted: of a busy function it
 * would be all of them.
 */
export async function logs(
  target: Target,
  name: FunctionName | WatcherName,
  options: LogsOptions,
  now = Date.now(),
): Promise<Report> {
  const { since, contains, limit, errors = false, metrics = false } = options;
  const found = await target.logs(name, {
    from: now - duration(since),
    ...(contains === undefined ? {} : { contains }),
    ...(errors ? { anyOf: WENT_WRONG } : {}),
  });
  const said = metrics ? found : found.filter(({ text }) => !NOT_SAID.test(text));
  const lines = said.slice(-limit);
  const asked = errors ? ' that went wrong' : contains === undefined ? '' : ` with ${JSON.stringify(contains)}`;
  const [others, way] =
    found.length === 0
      ? ['', '.']
      : [` but ${figure(found.length)} lines of metrics or audit`, ': --metrics shows them.'];
  const nothing = `Nothing${asked}${others} in the last ${since}${way}`;
  return report(lines, lines.length === 0 ? nothing : lines.map(readable).join('\n'));
}

/** What every line carries and nobody reads at night. */
const USUAL = ['timestamp', 'service', 'sampling_rate', 'xray_trace_id', 'level', 'message'];

function readable({ at, text }: LogLine): string {
  const time = new Date(at).toISOString().slice(11, 23);
  try {
    const entry = JSON.parse(text) as Record<string, unknown>;
    if (typeof entry.message !== 'string') return `${time} ${text}`;
    const details = Object.fromEntries(Object.entries(entry).filter(([name]) => !USUAL.includes(name)));
    const rest = Object.keys(details).length > 0 ? ` ${JSON.stringify(details)}` : '';
    return `${time} ${String(entry.level)} ${entry.message}${rest}`;
  } catch {
    return `${time} ${text}`;
  }
}
