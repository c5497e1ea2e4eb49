/** A path's template that fits, what belongs to it, and the parts of the path that stand for its parameters. */
export interface Fit<T> {
  value: T;
  /** Decoded. */
  parameters: Record<string, string>;
}

/**
 * @param templates paths as API Gateway writes them: `{name}` stands for one segment, `{name+}` at the end for the
 * rest, slashes and all. Case and a slash at the end count.
 * @returns what finds those that fit a path, as its caller encoded it: the most particular first, as API Gateway
 * chooses.
 */
export function pathTemplates<T>(
  templates: readonly (readonly [template: string, value: T])[],
): (path: string) => Fit<T>[] {
  const matchers = templates
    .toSorted(([a], [b]) => (particular(a) < particular(b) ? -1 : 1))
    .map(([template, value]) => ({ value, pattern: pathPattern(template), names: namesOf(template) }));
  return (path) =>
    matchers.flatMap(({ value, pattern, names }) => {
      const found = pattern.exec(path);
      if (found === null) return [];
      const parameters = names.map((name, i) => [name, decoded(found[i + 1] ?? '')]);
      return [{ value, parameters: Object.fromEntries(parameters) as Record<string, string> }];
    });
}

/** What a template's paths look like, with a group for each parameter. */
export function pathPattern(template: string): RegExp {
  const parts = template.split('/').map((part) => {
    if (/^\{\w+\+\}$/.test(part)) return '(.+)';
    return /^\{\w+\}$/.test(part) ? '([^/]+)' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('/')}$`, 's');
}

const namesOf = (template: string) => Array.from(template.matchAll(/\{(\w+)\+?\}/g), ([, name = '']) => name);

/** By it, text comes before a parameter, and that before the rest of a path. */
const particular = (template: string) => template.replace(/\{\w+\+\}/, '\uffff').replace(/\{\w+\}/g, '\ufffe');

/** A lonely `%`, and what encodes no UTF-8, stand for themselves. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part.replace(/%(?![\da-f]{2})/gi, '%25'));
  } catch {
    return part;
  }
}
