import type * as z from 'zod';
import { limitViolations } from './aws-limits';
import { findCommand, SETTING_PATHS } from './find-commands';
import { nearest, ruleOf, unseen } from './messages';
import { settingsSchema, type StageInput, type StageSettings } from './settings';
import { lineOf, stageFile } from './stage-file';
import type { Check, SettingViolation } from './violation';

/** Where a secret's ARN is wanted, people write the secret itself: it must not stand in a log. */
const SECRET = /webhook$|secretArn$/;

/** Settings that can't be deployed, all of them at once. Raised at synth. */
export class InvalidSettingsError extends Error {
  constructor(
    stage: string,
    input: StageInput,
    readonly violations: readonly SettingViolation[],
  ) {
    const lines = violations.map(({ setting, rule, received }) => {
      const line = lineOf(input, pathIn(input, setting));
      const command = findCommand(setting, input);
      const found = command === undefined ? '' : `; find it with: ${command}`;
      const value =
        received === undefined
          ? 'not given'
          : SECRET.test(setting)
            ? 'what was received is not shown: it may be a key'
            : `received ${JSON.stringify(received)}${typeof received === 'string' ? unseen(received) : ''}`;
      return `  ${line === undefined ? '' : `line ${line}: `}${setting}: ${rule} (${value})${found}`;
    });
    super(`Stage ${stage} can't be deployed with these settings (${stageFile(stage)}):\n${lines.join('\n')}`);
    this.name = 'InvalidSettingsError';
  }
}

/**
 * Checks a stage's settings: the form of each, then what AWS would refuse only in the middle of a deploy.
 * @param more checks that rest on the settings as a whole, such as the budget's
 * @throws InvalidSettingsError
 */
export function parseSettings(stage: string, input: StageInput, more: readonly Check[] = []): StageSettings {
  const parsed = settingsSchema.safeParse(input, { error: ruleOf });
  if (!parsed.success) {
    const violations = parsed.error.issues.flatMap((issue): SettingViolation[] =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknownSetting([...issue.path, key], input))
        : [
            {
              setting: issue.path.join('.'),
              rule: ruleFor(issue, at(input, issue.path)),
              received: at(input, issue.path),
            },
          ],
    );
    throw new InvalidSettingsError(stage, input, violations);
  }
  const violations = limitViolations(parsed.data, stage, more);
  if (violations.length > 0) throw new InvalidSettingsError(stage, input, violations);
  return parsed.data;
}

/** A value that is right but for its quotes is told so: among those that are listed nobody sees what is wrong. */
function ruleFor(issue: z.core.$ZodIssue, received: unknown): string {
  const quoted = issue.code === 'invalid_value' && issue.values.some((value) => String(value) === received);
  return quoted ? `must be a number: without quotes` : issue.message;
}

/** Why a setting is none here. */
const ELSEWHERE: readonly [setting: RegExp, rule: string][] = [
  [
    /^api\.oidc(\.|$)/,
    'is for exposure "regional": a web host outside the VPC does not reach a private API; leave it out, or ' +
      'change api.exposure',
  ],
  [
    /^api\./,
    'is for exposure "private": callers of a regional API come from the internet and pass no endpoint of the ' +
      'VPC; leave it out, and name them in api.callers or api.oidc',
  ],
  [/^network\.secretsManager\./, 'is for another value of network.secretsManager.by; leave it out'],
];

function unknownSetting(path: readonly PropertyKey[], input: StageInput): SettingViolation {
  const setting = path.join('.');
  const parent = path.slice(0, -1).join('.');
  const known = SETTING_PATHS.some((each) => each === setting || each.startsWith(`${setting}.`));
  const elsewhere = known ? ELSEWHERE.find(([pattern]) => pattern.test(setting))?.[1] : undefined;
  const siblings = SETTING_PATHS.filter((each) => parent === '' || each.startsWith(`${parent}.`)).map(
    (each) => each.slice(parent === '' ? 0 : parent.length + 1).split('.')[0] ?? '',
  );
  const meant = nearest(String(path.at(-1)), [...new Set(siblings)]);
  const rule =
    elsewhere ?? `is no setting${meant === undefined ? '; docs/settings.md lists them' : `; did you mean ${meant}?`}`;
  return { setting, rule, received: at(input, path) };
}

/** @returns the parts of a setting's path as they stand in the input: the name of a tag may have dots of its own. */
function pathIn(value: unknown, setting: string): PropertyKey[] {
  if (setting === '') return [];
  const name =
    Object.keys(value ?? {}).find((each) => setting === each || setting.startsWith(`${each}.`)) ??
    setting.replace(/\..*$/, '');
  const rest = pathIn((value as Record<string, unknown> | undefined)?.[name], setting.slice(name.length + 1));
  return [Array.isArray(value) ? Number(name) : name, ...rest];
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((each, key) => (each as Record<PropertyKey, unknown> | undefined)?.[key], value);
}
