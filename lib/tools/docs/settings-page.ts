import * as z from 'zod';
import { findCommand } from '../../stages/find-commands';
import { prod } from '../../stages/examples';
import { ruleOf } from '../../stages/messages';
import { settingsSchema, type StageInput } from '../../stages/settings';
import { filledPage, tableOf, type Schema } from './page';
import { SETTING_NOTES, type SettingNote } from './setting-notes';

const HEAD = ['setting', 'what', 'type', 'default', 'rule', 'a change', 'find it with'];

/** @returns docs/settings.md: every setting with its type, default, rule, what changing it does, and how to find it. */
export function settingsPage(): string {
  const root = z.toJSONSchema(settingsSchema, { io: 'input', unrepresentable: 'any' }) as Schema;
  const groups = new Map<string, string[][]>();
  for (const [path, note] of Object.entries(SETTING_NOTES)) {
    const [group = ''] = path.split('.');
    const title = group === path ? 'The stage' : group;
    groups.set(title, [...(groups.get(title) ?? []), rowOf(root, path, note)]);
  }
  return filledPage('settings', {
    groups: [...groups].flatMap(([title, rows]) => [`## ${title}`, '', ...tableOf(HEAD, rows), '']),
  });
}

function rowOf(root: Schema, path: string, { what, changed }: SettingNote): string[] {
  const { schema, optional } = schemaAt(root, path.split('.'));
  const missing = optional ? 'left out' : 'must be given';
  const command = findCommand(path, {} as StageInput);
  return [
    `\`${path}\``,
    what,
    typeOf(schema),
    schema.default === undefined ? missing : `\`${JSON.stringify(schema.default)}\``,
    ruleAt(path.split('.')),
    changed,
    command === undefined ? 'decided' : `\`${command}\``,
  ];
}

/** A setting's part of the schema; one that only some variants have may be left out by the others. */
function schemaAt(schema: Schema, keys: readonly string[]): { schema: Schema; optional: boolean } {
  const [key, ...rest] = keys;
  if (key === undefined) return { schema, optional: false };
  const variants = schema.anyOf ?? schema.oneOf ?? [schema];
  const having = variants.filter(({ properties }) => properties?.[key] !== undefined);
  const found = having.flatMap((each) => each.properties?.[key] ?? []);
  const [first] = found;
  if (first === undefined) return { schema: {}, optional: true };
  const required = having.length === variants.length && having.every((each) => each.required?.includes(key));
  const constants = found.flatMap((each) => (each.const === undefined ? [] : [each.const]));
  const own = constants.length > 0 ? { ...first, enum: constants } : first;
  const inner = schemaAt(own, rest);
  return { schema: inner.schema, optional: !required || inner.optional };
}

/** More values than these stand in the rule alone. */
const FEW = 6;

function typeOf({ type, items, enum: values }: Schema): string {
  if (values !== undefined && values.length <= FEW) return values.map((value) => `\`${String(value)}\``).join(', ');
  if (type === 'array') return `list of ${items?.type === 'object' ? 'groups' : 'texts'}`;
  const words: Readonly<Record<string, string>> = {
    string: 'text',
    integer: 'whole number',
    boolean: 'true, false',
    object: 'names and texts',
  };
  return words[String(type)] ?? 'number';
}

/** Values that most settings refuse: what each says of them is its rule, in the words of its errors. */
const WRONG: readonly unknown[] = ['?', '', -1, 1e9, [], ['?']];

function ruleAt(keys: readonly string[]): string {
  const rules = WRONG.flatMap((value) => {
    const { error } = settingsSchema.safeParse(changed(keys, value), { error: ruleOf });
    const issues = (error?.issues ?? []).filter(({ path }) => keys.every((key, i) => path[i] === key));
    // What else is said of a value of another type speaks of that type.
    const types = issues.filter(({ code }) => code === 'invalid_type');
    return (types.length > 0 ? types : issues).map(({ message }) => message);
  });
  const told = [...new Set(rules)].filter(
    (rule) => !/^must be (a |true)(text|list|number|whole|group|or)?/.test(rule) || rule.includes('such as'),
  );
  return told.slice(0, 3).join('; ');
}

function changed(keys: readonly string[], value: unknown): unknown {
  const copy = structuredClone(prod) as unknown as Record<string, unknown>;
  let parent = copy;
  for (const key of keys.slice(0, -1)) parent = (parent[key] ??= {}) as Record<string, unknown>;
  parent[keys.at(-1) ?? ''] = value;
  return copy;
}
