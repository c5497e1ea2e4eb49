import type { Template } from 'aws-cdk-lib/assertions';
import { budgetViolation } from '../../cost/budget';
import { parseSettings } from '../../stages/parse-settings';
import type { StageInput, StageSettings } from '../../stages/settings';
import { long, short } from './compact-values';

type Properties = Record<string, unknown>;
interface Resource extends Record<string, unknown> {
  Type: string;
  Properties?: Properties;
}
/** Resources by type and logical id, with what a reviewer must see of each. */
export type CompactTemplate = Record<string, Record<string, Properties>>;

/** Attributes of a resource that stand among its properties. */
const ATTRIBUTES = ['DeletionPolicy', 'UpdatePolicy'];
/**
 * Seen elsewhere: contracts hold tags, the gateway's problems and whom alarms reach for all resources at once; texts
 * are in the source.
 */
const NOISE = [
  'Tags',
  'Code',
  'AlarmDescription',
  'AlarmActions',
  'OKActions',
  'DashboardBody',
  'ResponseTemplates',
  'ResponseParameters',
];
const NO_EGRESS = 'Disallow all traffic';

/**
 * A stage under names that are no stage's: ids and texts that are made of them are then the same for all stages.
 * @throws InvalidSettingsError under the stage's own name, with the lines of its file
 */
export function neutralInput(stage: string, input: StageInput): StageInput {
  parseSettings(stage, input, [budgetViolation]);
  const neutral = (emails: readonly string[]) => emails.map((_, i) => `recipient${i + 1}@stage.example`);
  return {
    ...input,
    database: { ...input.database, name: 'database_name' },
    alarmEmails: neutral(input.alarmEmails),
    ...(input.noticeEmails === undefined ? {} : { noticeEmails: neutral(input.noticeEmails) }),
    // Neither addresses nor numbers of people stand in a snapshot.
    pages: (input.pages ?? []).map((each, i) => ({
      ...each,
      ...(each.email === undefined ? {} : { email: `page${i}@stage.example` }),
      ...(each.sms === undefined ? {} : { sms: `+1000000${i}` }),
    })),
    cache: { ...input.cache, replicationGroupId: 'group' },
    tags: { ...input.tags, stage: 'stage' },
  };
}

/**
 * A stack as its snapshot has it: without what changes with code, with CDK's helpers or between accounts. A value that
 * the stage's settings give stands as the setting's path, so that two stages differ only where a reviewer wants to
 * know.
 */
export function compactTemplate(template: Template, settings: StageSettings): CompactTemplate {
  const { Resources } = template.toJSON() as { Resources: Record<string, Resource> };
  const result: CompactTemplate = {};
  const place = ([id, { Type }]: [string, Resource]) => `${Type} ${id}`;
  for (const [id, resource] of Object.entries(Resources).sort((a, b) => (place(a) < place(b) ? -1 : 1)))
    (result[resource.Type] ??= {})[id] = compactResource(resource);
  return JSON.parse(neutral(JSON.stringify(result), settings)) as CompactTemplate;
}

/** @returns a template that CloudFormation's own diff understands. */
export function expandedTemplate(compact: CompactTemplate): { Resources: Record<string, Resource> } {
  const resources = Object.entries(compact).flatMap(([Type, byId]) =>
    Object.entries(byId).map(([id, properties]) => {
      const all = Object.entries(long(properties) as Properties);
      const Properties = Object.fromEntries(all.filter(([key]) => !ATTRIBUTES.includes(key)));
      const attributes = Object.fromEntries(all.filter(([key]) => ATTRIBUTES.includes(key)));
      return [id, { Type, Properties, ...attributes }] as const;
    }),
  );
  return { Resources: Object.fromEntries(resources) };
}

function compactResource({ Properties = {}, ...resource }: Resource): Properties {
  const kept = Object.entries(Properties).filter(
    ([key, value]) =>
      !NOISE.includes(key) && !(key === 'SecurityGroupEgress' && JSON.stringify(value).includes(NO_EGRESS)),
  );
  const attributes = ATTRIBUTES.filter((key) => resource[key] !== undefined && resource[key] !== 'Delete').map(
    (key) => [key, resource[key]] as const,
  );
  return short(Object.fromEntries([...kept, ...attributes])) as Properties;
}

function neutral(json: string, { account, network, database, api, keyReaders }: StageSettings): string {
  let text = json
    .replace(/[0-9a-f]{64}/g, 'HASH')
    .replace(/((?:CurrentVersion|Deployment)[0-9A-F]{8})[0-9a-f]{32}/g, '$1HASH');
  for (const [value, path] of pathsByValue({ network, database, api, keyReaders }))
    text = text.replaceAll(value, `{${path}}`);
  return text.replaceAll(account, '{account}');
}

/** Values of settings that are long enough to be nothing else, the longest first: one may be part of another. */
function pathsByValue(settings: object): [value: string, path: string][] {
  const found = new Map<string, string>();
  const visit = (value: unknown, path: string) => {
    // A scope is no value of an account, and `conversation` is part of many names.
    if (path.includes('.scopes')) return;
    if (typeof value === 'string' && value.length >= 8) found.set(value, found.get(value) ?? path);
    else if (typeof value === 'object' && value !== null)
      for (const [key, each] of Object.entries(value)) visit(each, path === '' ? key : `${path}.${key}`);
  };
  visit(settings, '');
  return [...found].sort(([a], [b]) => b.length - a.length);
}
