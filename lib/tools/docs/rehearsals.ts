import { DRILLS } from '../drills/drills';
import { drillsOf } from '../drills/rehearsed';
import { UNREHEARSED } from '../drills/unrehearsed';
import { kindOf } from '../../constructs/observability/alarm-table/alarm';
import { runbookEntries } from './runbook-index';

const HEADING = '## Rehearse';

/** @returns the page with its last section as the drills say it. @param runbook its name without `.md` */
export function withRehearsals(page: string, runbook: string): string {
  const kinds = runbookEntries()
    .filter((entry) => entry.runbook === runbook)
    .map(({ alarm }) => kindOf(alarm));
  const drills = [...new Set(kinds.flatMap(drillsOf))];
  const reasons = [...new Set(kinds.flatMap((kind) => UNREHEARSED[kind] ?? []))];
  const lines = [
    ...drills.map((name) => `- \`npm run drill -- ${name}\` ${DRILLS[name]?.breaks ?? ''}.`),
    ...(drills.length === 0 ? reasons.map((reason) => `No drill: ${reason}`) : []),
  ];
  const [text = ''] = page.split(`\n${HEADING}\n`);
  return `${text.trimEnd()}\n\n${HEADING}\n\n${lines.join('\n')}\n`;
}
