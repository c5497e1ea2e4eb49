import { limitViolations } from './aws-limits';
import { findCommand } from './find-commands';
import { settingsSchema, type StageInput, type StageSettings } from './settings';
import type { Check, SettingViolation } from './violation';

/** Settings that can't be deployed, all of them at once. Raised at synth. */
export class InvalidSettingsError extends Error {
  constructor(stage: string, input: StageInput, violations: readonly SettingViolation[]) {
    const lines = violations.map(({ setting, rule, received }) => {
      const command = findCommand(setting, input);
      const found = command === undefined ? '' : `; find it with: ${command}`;
      return `  ${setting}: ${rule} (received ${JSON.stringify(received)})${found}`;
    });
    super(`Stage ${stage} can't be deployed with these settings (lib/stages/${stage}.ts):\n${lines.join('\n')}`);
    this.name = 'InvalidSettingsError';
  }
}

/**
 * Checks a stage's settings: the form of each, then what AWS would refuse only in the middle of a deploy.
 * @param more checks that rest on the settings as a whole, such as the budget's
 * @throws InvalidSettingsError
 */
export function parseSettings(stage: string, input: StageInput, more: readonly Check[] = []): StageSettings {
  const parsed = settingsSchema.safeParse(input);
  if (!parsed.success) {
    throw new InvalidSettingsError(
      stage,
      input,
      parsed.error.issues.map(({ path, message }) => ({
        setting: path.join('.'),
        rule: message,
        received: at(input, path),
      })),
    );
  }
  const violations = limitViolations(parsed.data, stage, more);
  if (violations.length > 0) throw new InvalidSettingsError(stage, input, violations);
  return parsed.data;
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((each, key) => (each as Record<PropertyKey, unknown> | undefined)?.[key], value);
}
