import { violation, type SettingViolation } from './violation';

/**
 * The letters of a Region's zones (AWS, availability zones of Regions); where nothing stands here, a to f are taken.
 */
const LETTERS: Readonly<Record<string, string>> = { 'ap-northeast-2': 'abcd', 'ap-northeast-1': 'acd' };

/** @returns what is wrong of zones that must be those of a Region; undefined where nothing is. */
export function zoneViolation(setting: string, region: string, zones: readonly string[]): SettingViolation | undefined {
  const elsewhere = zones.find((zone) => !zone.startsWith(region));
  if (elsewhere !== undefined) return violation(setting, `must be zones of ${region}`, elsewhere);
  const known = (LETTERS[region] ?? 'abcdef').split('').map((letter) => region + letter);
  const none = zones.find((zone) => !known.includes(zone));
  return none === undefined
    ? undefined
    : violation(setting, `must be zones of ${region}, which has ${known.join(', ')}`, none);
}
