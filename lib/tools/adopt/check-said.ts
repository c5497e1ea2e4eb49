import { dev } from '../../stages/examples';
import { ruleOf, unseen } from '../../stages/messages';
import { settingsSchema } from '../../stages/settings';
import type { Said } from './values';

const OPTIONS: readonly [setting: string, option: string][] = [
  ['region', '--region'],
  ['database.instanceIdentifier', '--database'],
  ['api.callers', '--caller'],
  ['api.callerSecurityGroupIds', '--caller-group'],
  ['alarmEmails', '--email'],
  ['monthlyBudgetUsd', '--budget'],
];

/**
 * Holds the options of a stage against the rules of the settings that they become.
 * @throws Error that names each that breaks one
 */
export function checkSaid(said: Said & { region: string; database: string }): void {
  const { region, database, callers, callerSecurityGroupIds, emails, budget } = said;
  const input = {
    ...dev,
    region,
    database: { ...dev.database, instanceIdentifier: database },
    api: {
      ...dev.api,
      ...(callers && { callers }),
      ...(callerSecurityGroupIds && { callerSecurityGroupIds }),
    },
    ...(emails && { alarmEmails: emails }),
    ...(budget !== undefined && { monthlyBudgetUsd: budget }),
  };
  const { error } = settingsSchema.safeParse(input, { error: ruleOf });
  if (error === undefined) return;
  const lines = error.issues.map(({ path, message }) => {
    const setting = path.join('.');
    const [, option = setting] = OPTIONS.find(([each]) => setting.startsWith(each)) ?? [];
    const received = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)[key], input);
    return `  ${option}: ${message} (received ${JSON.stringify(received)}${unseen(String(received))})`;
  });
  throw new Error(`Nothing was looked at, because of what was given:\n${lines.join('\n')}`);
}
