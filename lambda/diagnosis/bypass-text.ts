import type { Shown } from '../levers/request';

/** What a bypass means, for people. */
export function bypassText(bypass: Shown['bypass']): string {
  if (bypass === undefined) return 'The cache is used.';
  const what =
    bypass.scope === 'valkey'
      ? 'Valkey is bypassed: the index in memory and the database answer'
      : 'Stored answers are bypassed: the index answers';
  return `${what}, for another ${Math.ceil(bypass.seconds / 60)} min.`;
}
