import { readJson } from '../../contract/outside-json';

/**
 * JSON documents as fields of a hash, so that a script can merge a patch (RFC 7396) into one without parsing it: Lua's
 * JSON turns empty arrays into objects and rounds large numbers. A field's name is the document's name and the JSON
 * pointer of the member (RFC 6901), its value the member's JSON, or {@link OBJECT} for an object, whose members are
 * fields of their own.
 */

/** What stands for an object; no JSON text is a single brace. */
export const OBJECT = '{';

/** One step of a merge: set a member, make sure that it is an object, or remove it with all below. */
export type Step = readonly [action: 'set' | 'object' | 'remove', field: string, json: string];

type Json = Readonly<Record<string, unknown>>;

/** @returns the steps that merge the patch into the document. Arrays replace each other whole, `null` removes. */
export function mergeSteps(document: string, patch: Json): Step[] {
  const steps: Step[] = [['object', document, '']];
  for (const [name, value] of Object.entries(patch)) {
    const field = `${document}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (value === null) steps.push(['remove', field, '']);
    else if (isObject(value)) steps.push(...mergeSteps(field, value));
    else steps.push(['set', field, JSON.stringify(value)]);
  }
  return steps;
}

/** @returns the document that these fields hold; undefined if they hold none. */
export function documentOf(fields: Readonly<Record<string, string>>, document: string): unknown {
  const root = fields[document];
  if (root === undefined) return undefined;
  const prefix = `${document}/`;
  const tree: Json = {};
  const names = Object.keys(fields).filter((name) => name.startsWith(prefix));
  // A parent's name is shorter than those of its members.
  for (const name of names.sort((a, b) => a.length - b.length)) {
    const path = name
      .slice(prefix.length)
      .split('/')
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    const parent = path.slice(0, -1).reduce<unknown>((each, part) => memberOf(each, part), tree);
    const member = path.at(-1);
    if (!isObject(parent) || member === undefined) continue;
    const text = fields[name] ?? OBJECT;
    // Defined, not assigned: `__proto__` is a name like any other.
    Object.defineProperty(parent, member, {
      value: text === OBJECT ? {} : readJson(text, 'A member of a session'),
      enumerable: true,
    });
  }
  return tree;
}

function memberOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
