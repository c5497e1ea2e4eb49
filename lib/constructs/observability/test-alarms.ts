/** Who can be told: a page wakes somebody, a notice is read in the morning. */
export const CHANNELS = ['pages', 'notices'] as const;
export type Channel = (typeof CHANNELS)[number];

/**
 * The alarm of each channel that watches nothing and is set by hand, so that a test takes the road that a real alarm
 * takes. Its name follows the stage's group id, as the names of all alarms do.
 */
export const TEST_ALARMS: Readonly<Record<Channel, string>> = { pages: 'PageTest', notices: 'NoticeTest' };

/** @param name without the group id. */
export const isTestAlarm = (name: string): boolean => Object.values(TEST_ALARMS).includes(name);
