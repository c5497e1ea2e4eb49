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
