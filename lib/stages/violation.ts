import type { StageSettings } from './settings';

/** A setting that can't be deployed. */
export interface SettingViolation {
  setting: string;
  rule: string;
  received: unknown;
}

export const violation = (setting: string, rule: string, received: unknown): SettingViolation => ({
  setting,
  rule,
  received,
});

/** One rule of AWS or of this project over a stage's settings. */
export type Check = (settings: StageSettings, stage: string) => SettingViolation | undefined;
