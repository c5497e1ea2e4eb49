import { nearest } from '../../../stages/messages';
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
  throw new OperationError(`There is no alarm "${written}"; ${instead(alarms, wanted, groupId)}`, EXIT.usage);
}

/** Nobody finds one among a hundred at night: those that were probably meant, else all. */
function instead(alarms: readonly AlarmState[], wanted: string, groupId: string): string {
  const names = alarms.map(({ name }) => name);
  const ofKind = names.filter((name) => plain(name, groupId).startsWith(`${wanted}-`));
  const meant = ofKind.length > 0 ? ofKind : [nearest(wanted, names) ?? []].flat();
  if (meant.length === 0) return `there are ${names.join(', ')}.`;
  return `did you mean ${meant.join(', ')}? All of them: npm run ops -- alarms`;
}

function plain(written: string, groupId: string): string {
  const [, quoted] = /"([^"]+)"/.exec(written) ?? [];
  const name = (quoted ?? written).trim().toLowerCase();
  const prefix = `${groupId.toLowerCase()}-`;
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}
