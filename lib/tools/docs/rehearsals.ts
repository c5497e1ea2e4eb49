import { DRILLS } from '../drills/drills';
import { drillsOf } from '../drills/rehearsed';
import { UNREHEARSED } from '../drills/unrehearsed';
import { kindOf } from '../../constructs/observability/alarm-table/alarm';
import type { DrillMessage } from '../drills/run-drill';
import { readResults } from '../text/results-file';
import { runbookEntries } from './runbook-index';

const HEADING = '## Rehearse';

/** What the first message of these alarms named, each once, with what was broken. */
function messagesOf(kinds: readonly string[]): string[] {
  const named = new Map<string, string[]>();
  for (const { drill, alarm, cause, right } of readResults<DrillMessage[]>('first-messages').figures) {
    if (!right || !kinds.includes(kindOf(alarm))) continue;
    const [what = ''] = cause.split(': ', 1);
    named.set(what, [...(named.get(what) ?? []), drill]);
  }
  const message = '[first message](../operations.md#the-first-message)';
  return [...named].map(
    ([cause, broken]) =>
      `- The ${message} named “${cause}” when this was played (\`npm run drill -- <name>\`): ${broken.join(', ')}.`,
  );
}

/** @returns the page with its last section as the drills say it. @param runbook its name without `.md` */
export function withRehearsals(page: string, runbook: string): string {
  const kinds = runbookEntries()
    .filter((entry) => entry.runbook === runbook)
    .map(({ alarm }) => kindOf(alarm));
  const drills = [...new Set(kinds.flatMap(drillsOf))];
  const reasons = [...new Set(kinds.flatMap((kind) => UNREHEARSED[kind] ?? []))];
  const lines = [
    ...drills.map((name) => `- \`npm run drill -- ${name}\` ${DRILLS[name]?.breaks ?? ''}.`),
    ...messagesOf(kinds),
    ...(drills.length === 0 ? reasons.map((reason) => `No drill: ${reason}`) : []),
  ];
  const [text = ''] = page.split(`\n${HEADING}\n`);
  return `${text.trimEnd()}\n\n${HEADING}\n\n${lines.join('\n')}\n`;
}
