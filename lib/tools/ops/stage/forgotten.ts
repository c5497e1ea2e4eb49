import { forgottenBy, type AuditLine } from '../../../../lambda/contract/audit';
import type { Forgotten } from '../../../../lambda/levers/request';

/** @returns what a person took back by what this line of the audit log tells: one, or none. */
export function forgottenIn(line: AuditLine): Forgotten[] {
  const what = forgottenBy(line);
  return what === undefined || line.person === undefined ? [] : [{ person: line.person, at: line.at, what }];
}
