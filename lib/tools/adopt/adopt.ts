import { definitionOf, FUNCTION_NAMES, type ScaledFunctionName } from '../../../lambda/contract/functions';
import { exampleSettings } from '../../stages/example-values';
import { estimate } from '../../cost/estimate';
import { dev, prod } from '../../stages/examples';
import { parseSettings } from '../../stages/parse-settings';
import { readStageFile, stageFile } from '../../stages/stage-file';
import type { StageInput, StageSettings } from '../../stages/settings';
import type { Account } from './account';
import { settingsText } from './settings-text';
import { foundValues, type Said } from './values';

/** What `npm run adopt` writes and says. */
interface Adoption {
  /** The settings file. */
  text: string;
  report: string;
  /** Settings that only a person can say and nobody has said: the stage can't be deployed yet. */
  missing: string[];
}

const FLAGS: readonly [setting: RegExp, flag: string][] = [
  [/^api\.callers/, '--caller <ARN of a role that may search>'],
  [/^api\.callerSecurityGroupIds/, '--caller-group <security group of the callers in the VPC>'],
  [/^alarmEmails/, '--email <recipient of alarms>'],
];

/**
 * Makes a stage's settings of what its account says.
 * @param existing the stage's file as it stands
 * @throws InvalidSettingsError if the settings can't be deployed, StageFileError if the file can't be read
 */
export function adopt(stage: string, found: Account, said: Said, existing?: string): Adoption {
  // Whatever somebody has begun to write.
  const before: Partial<StageInput> | undefined =
    existing === undefined ? undefined : readStageFile(existing, stageFile(stage));
  const has = before && {
    exposure: before.api?.exposure,
    replicationGroupId: before.account === found.account ? before.cache?.replicationGroupId : undefined,
  };
  const { text, changes } = settingsText(
    foundValues(stage, found, said, has),
    stage === 'dev' ? dev : { ...prod, tags: { ...prod.tags, stage } },
    existing,
  );
  const input = readStageFile(text, stageFile(stage));
  const settings = parseSettings(stage, input);
  const missing = exampleSettings(input);
  return { text, missing, report: report(stage, found, settings, changes, missing, existing !== undefined) };
}

function report(
  stage: string,
  found: Account,
  settings: StageSettings,
  changes: readonly string[],
  missing: readonly string[],
  update: boolean,
): string {
  const flags = FLAGS.filter(([setting]) => missing.some((each) => setting.test(each))).map(([, flag]) => flag);
  const { totalUsd } = estimate(settings);
  const iam =
    `aws rds modify-db-instance --db-instance-identifier ${found.database.instanceIdentifier} ` +
    `--enable-iam-database-authentication --apply-immediately --region ${found.region}`;
  return [
    update
      ? `${stageFile(stage)}: ${changes.length === 0 ? 'nothing has changed' : 'updated'}`
      : `${stageFile(stage)}: written`,
    ...(update ? changes.map((each) => `  ${each}`) : []),
    '',
    `Estimate: about ${totalUsd} USD a month, of a budget of ${settings.monthlyBudgetUsd} (npm run cost -- ` +
      `--stage ${stage}).`,
    ...(missing.length === 0 ? [] : ['', `Still to say: ${missing.join(', ')}`, ...flags.map((flag) => `  ${flag}`)]),
    ...(found.database.iamLogin ? [] : ['', 'Login by IAM is off. Switch it on, without a restart:', `  ${iam}`]),
    ...(Number(found.database.engineVersion.split('.')[0]) < 15
      ? [
          '',
          `PostgreSQL ${found.database.engineVersion} reports a change only after the writer's connection has ` +
            'been idle or ended (15 and newer report it at once): a new listing may be served late.',
        ]
      : []),
    '',
    'The login of the functions, as the owner of the database, once:',
    ...loginSql(settings).map((line) => `  ${line}`),
    '',
    'Then:',
    `  npx cdk bootstrap aws://${found.account}/${found.region}   (once for each account and Region)`,
    `  npm run deploy -- ${stage}   (looks first; ends with a first search)`,
    `  npm run ops -- search budgetMin=2500 budgetMax=3200 --stage ${stage}`,
  ].join('\n');
}

/** @returns the SQL that makes the functions' role, for a login by IAM. */
export function loginSql(settings: StageSettings): string[] {
  const { user, name } = settings.database;
  return [
    `CREATE ROLE ${user} LOGIN CONNECTION LIMIT ${connectionLimit(settings)};`,
    `GRANT rds_iam TO ${user};`,
    `GRANT CONNECT ON DATABASE "${name}" TO ${user};`,
    `GRANT USAGE ON SCHEMA public TO ${user};`,
    `GRANT SELECT ON public.vehicles TO ${user};`,
  ];
}

/** Twice what the functions hold at once: a deploy runs old and new environments side by side. */
const connectionLimit = (settings: StageSettings) => 2 * connectionsHeld(settings);

/** @returns the connections to PostgreSQL that the functions of a stage hold at once, at most. */
export function connectionsHeld({ concurrency }: StageSettings): number {
  const held = FUNCTION_NAMES.filter((name) => definitionOf(name).database).map((name) => {
    const { environments } = definitionOf(name);
    return environments === 'stage' ? concurrency[name as ScaledFunctionName].most : environments;
  });
  return held.reduce((sum, each) => sum + each, 0);
}
