import { ENV, optionalEnv } from '../contract/environment';

/** What forgetting leaves, days: see ENV. */
export interface Remains {
  snapshotDays: number;
  auditDays: number;
}

/** @returns what a stage keeps; a system without snapshots or audit log keeps nothing. */
export function remainsOf(env: NodeJS.ProcessEnv): Remains {
  const days = (name: string) => Number(optionalEnv(name, env) ?? 0);
  return { snapshotDays: days(ENV.snapshotDays), auditDays: days(ENV.auditDays) };
}
