import { drillsOf } from '../drills/rehearsed';
import { kindOf, type AlarmedStage } from '../../constructs/observability/alarm-table/alarm';
import { alarmedStage } from '../../constructs/observability/alarmed-stage';
import { COMPOSITES } from '../../constructs/observability/alarm-table/composites';
import { alarmTable } from '../../constructs/observability/alarm-table/table';
import { parseSettings } from '../../stages/parse-settings';
import { dev, prod } from '../../stages/examples';
import { filledPage, tableOf } from './page';

/** One kind of alarm and its page. */
interface RunbookEntry {
  /** As CloudWatch has it behind the stage's prefix, with `<node>` or `<function>` where there is one for each. */
  alarm: string;
  severity: 'page' | 'notify' | 'part';
  runbook: string;
  watches: string;
}

/** @returns every kind of alarm that some stage has, those that wake first. */
export function runbookEntries(): RunbookEntry[] {
  const stages: AlarmedStage[] = Object.entries({ prod, dev }).map(([name, input]) => ({
    ...alarmedStage(name, parseSettings(name, input), ''),
    // As a stage with a regional API.
    webAcl: { metric: '', region: '' },
  }));
  const found = new Map<string, RunbookEntry>();
  for (const { id, severity, runbook } of COMPOSITES)
    found.set(id, { alarm: id, severity, runbook, watches: 'alarms' });
  for (const stage of stages) {
    for (const { id, severity, runbook, of } of alarmTable(stage)) {
      const kind = kindOf(id);
      const each = id === kind ? '' : stage.nodes.some((node) => id.endsWith(node)) ? '-<node>' : '-<function>';
      const watches = 'expression' in of ? of.label : `${of.metric}, ${of.statistic}`;
      if (!found.has(kind)) found.set(kind, { alarm: `${kind}${each}`, severity, runbook, watches });
    }
  }
  return [...found.values()];
}

const SEVERITIES: Readonly<Record<RunbookEntry['severity'], string>> = {
  page: 'page',
  notify: 'notify',
  part: 'composite only',
};

/** @returns docs/runbooks/README.md. */
export function runbookIndex(): string {
  const rows = runbookEntries().map(({ alarm, severity, runbook, watches }) => [
    `[${alarm}](${runbook}.md)`,
    SEVERITIES[severity],
    watches,
    drillsOf(kindOf(alarm)).join(', '),
  ]);
  return filledPage('runbooks', { alarms: tableOf(['alarm', 'severity', 'watches', 'drill'], rows) });
}
