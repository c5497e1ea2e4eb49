import { FUNCTION_NAMES } from '../../../../lambda/contract/functions';
import { kindOf, type AlarmedStage } from '../../../constructs/observability/alarm-table/alarm';
import type { CauseId } from '../../../constructs/observability/alarm-table/causes';
import { COMPOSITES } from '../../../constructs/observability/alarm-table/composites';
import { alarmTable } from '../../../constructs/observability/alarm-table/table';
import { EXIT, OperationError } from '../report/errors';
import type { AlarmState } from '../stage/target';

/** A stage that has every kind of alarm. */
const EVERY_KIND: AlarmedStage = {
  name: '',
  groupId: '',
  nodes: ['node'],
  nodeType: 'cache.t3.medium',
  hasReplicas: true,
  environments: Object.fromEntries(FUNCTION_NAMES.map((name) => [name, 1])),
  deadLetterQueue: '',
};
const CAUSES = new Map(alarmTable(EVERY_KIND).map(({ id, causes }) => [kindOf(id), causes]));

/**
 * @returns what an alarm's row names as its causes, the likeliest first; of a composite alarm those of its parts, of parts that
 * fire first. @param firing names of the alarms that fire
 */
export function causesNamedBy(name: string, firing: readonly string[]): CauseId[] {
  const kind = kindOf(name);
  const own = CAUSES.get(kind);
  if (own !== undefined) return [...own];
  const parts = COMPOSITES.find(({ id }) => id === kind)?.of ?? [];
  const fires = (part: string) => (firing.some((each) => kindOf(each) === part) ? 0 : 1);
  const ordered = [...parts].sort((a, b) => fires(a) - fires(b));
  return [...new Set(ordered.flatMap((part) => causesNamedBy(part, firing)))];
}

/**
 * Finds an alarm by its name as somebody has it before them: as the mail's subject writes it, with the stage's prefix, in any case.
 * @throws OperationError if there is none
 */
export function alarmNamed(alarms: readonly AlarmState[], written: string, groupId: string): AlarmState {
  const wanted = plain(written, groupId);
  const found = alarms.find(({ name }) => plain(name, groupId) === wanted);
  if (found !== undefined) return found;
  const names = alarms.map(({ name }) => name).join(', ');
  throw new OperationError(`There is no alarm "${written}"; there are ${names}.`, EXIT.usage);
}

function plain(written: string, groupId: string): string {
  const [, quoted] = /"([^"]+)"/.exec(written) ?? [];
  const name = (quoted ?? written).trim().toLowerCase();
  const prefix = `${groupId.toLowerCase()}-`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
