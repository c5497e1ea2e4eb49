import type * as z from 'zod';

type Issue = z.core.$ZodRawIssue;

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  array: 'a list',
  object: 'a group of settings',
  record: 'a group of names and texts',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
};

/** What the schema itself does not word: the rule of a setting, in the words of every other message. */
export function ruleOf(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const kind = KINDS[issue.expected] ?? `of type ${issue.expected}`;
      if (issue.input === undefined) return `must be given: ${kind}`;
      if (issue.input === null) return `must be ${kind}; nothing stands behind its name`;
      if (issue.expected === 'string' && ['number', 'boolean'].includes(typeof issue.input))
        return 'must be a text: put it in quotes';
      return issue.expected === 'number' && isNumeric(issue.input)
        ? `must be ${kind}: without quotes`
        : `must be ${kind}`;
    }
    case 'too_small':
      return limit(issue.origin, 'least', Number(issue.minimum), issue.inclusive);
    case 'too_big':
      return limit(issue.origin, 'most', Number(issue.maximum), issue.inclusive);
    case 'invalid_value':
      return `must be one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return oneOf(issue as { options?: unknown[] });
    case 'invalid_key':
      return issue.issues[0]?.message;
    default:
      return undefined;
  }
}

const isNumeric = (value: unknown) => typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value);

function limit(of: string, which: 'least' | 'most', bound: number, inclusive?: boolean): string {
  if (of === 'string') return which === 'least' ? 'must not be empty' : `must have at most ${bound} characters`;
  if (of === 'array') return `must name at ${which} ${bound}`;
  if (inclusive === false) return `must be ${which === 'least' ? 'above' : 'below'} ${bound}`;
  return `must be at ${which} ${bound}`;
}

/**
 * @returns what of a text nobody sees who reads it: the first letter that is none of ASCII, by its number; empty if all
 * are. Signs copied from elsewhere look like those that are wanted: a long hyphen, a full-width letter, a space that
 * does not break.
 */
export function unseen(text: string): string {
  const [letter] = /[^ -~]/u.exec(text) ?? [];
  if (letter === undefined) return '';
  const code = letter.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0') ?? '';
  return `, in which ${JSON.stringify(letter)} is U+${code}`;
}

/** @returns the name among `names` that was probably meant, undefined if none is near. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const [best] = names
    .map((each) => ({ each, distance: distance(name.toLowerCase(), each.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.max(2, name.length / 3) ? best.each : undefined;
}

/** Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + Number(a[i - 1] !== b[j - 1])));
    row = next;
  }
  return row[b.length] ?? 0;
}

const oneOf = ({ options = ['those that docs/settings.md lists'] }: { options?: unknown[] }): string =>
  `must be one of ${options.join(', ')}`;
