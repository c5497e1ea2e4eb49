import { EXIT, OperationError } from '../report/errors';
import type { AlarmState } from '../stage/target';

/**
 * Finds an alarm by its name as somebody has it before them: as the mail's subject writes it, with the stage's prefix,
 * in any case.
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
