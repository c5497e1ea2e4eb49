import { limitViolations, type SettingViolation } from './aws-limits';
import { settingsSchema, type StageInput, type StageSettings } from './settings';

/** Settings that can't be deployed, all of them at once. Raised at synth. */
export class InvalidSettingsError extends Error {
  constructor(stage: string, violations: readonly SettingViolation[]) {
    const lines = violations.map(
      ({ setting, rule, received }) => `  ${setting}: ${rule} (received ${JSON.stringify(received)})`,
    );
    super(`Stage ${stage} can't be deployed with these settings (lib/stages/${stage}.ts):\n${lines.join('\n')}`);
    this.name = 'InvalidSettingsError';
  }
}

/**
 * Checks a stage's settings: the form of each, then what AWS would refuse only in the middle of a deploy.
 * @throws InvalidSettingsError
 */
export function parseSettings(stage: string, input: StageInput): StageSettings {
  const parsed = settingsSchema.safeParse(input);
  if (!parsed.success) {
    throw new InvalidSettingsError(
      stage,
      parsed.error.issues.map(({ path, message }) => ({
        setting: path.join('.'),
        rule: message,
        received: at(input, path),
      })),
    );
  }
  const violations = limitViolations(parsed.data, stage);
  if (violations.length > 0) throw new InvalidSettingsError(stage, violations);
  return parsed.data;
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((each, key) => (each as Record<PropertyKey, unknown> | undefined)?.[key], value);
}

/** How the committed example values are recognised: AWS gives none of these. */
const EXAMPLE = /111122223333|-0e{10}|0example|\.example$/i;

/** @returns the settings that still have the values of the example, by their paths. */
export function exampleSettings(settings: StageSettings): string[] {
  const found: string[] = [];
  const visit = (value: unknown, path: string) => {
    if (typeof value === 'string' && EXAMPLE.test(value)) found.push(path);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, each] of Object.entries(value)) visit(each, path === '' ? key : `${path}.${key}`);
    }
  };
  visit(settings, '');
  return found;
}
