import { TTL } from '../../../lambda/contract/keys';
import { PERSONAL_DATA } from '../../../lambda/contract/personal-data';
import { filledPage, tableOf } from './page';

/** @returns docs/privacy.md. */
export function privacyPage(): string {
  const rows = PERSONAL_DATA.map(({ keys, holds, purpose, seconds, since }) => [
    keys.map((key) => `\`${key}\``).join('<br>'),
    holds,
    purpose,
    `${lifeOf(seconds)} after ${since}`,
  ]);
  return filledPage('privacy', {
    keys: tableOf(['keys', 'holds', 'purpose', 'ends'], rows),
    forgottenDays: Math.floor(TTL.sessionIndex / 86_400),
  });
}

function lifeOf(seconds: number): string {
  if (seconds < 3_600) return `${seconds / 60} minutes`;
  if (seconds === 3_600) return 'an hour';
  return seconds <= 172_800 ? `${seconds / 3_600} hours` : `${Math.floor(seconds / 86_400)} days`;
}
