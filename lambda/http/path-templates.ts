import { match, type MatchFunction, type ParamData } from 'path-to-regexp';
import { lazily } from '../contract/lazily';

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
    .map(([template, value]) => ({ value, fits: matcher(template) }));
  return (path) =>
    matchers.flatMap(({ value, fits }) => {
      const found = fits(path);
      if (found === false) return [];
      const parameters = Object.entries(found.params).map(([name, part]) => [name, decoded(String(part))]);
      return [{ value, parameters: Object.fromEntries(parameters) as Record<string, string> }];
    });
}

/** Makes its pattern for the first path that may fit: to make all of them would take a cold start 2 ms. */
function matcher(template: string): MatchFunction<ParamData> {
  const [first] = template.split('{');
  const last = template.slice(template.lastIndexOf('}') + 1);
  const fits = lazily(() => match(colons(template), OPTIONS));
  return (path) => path.startsWith(first ?? '') && path.endsWith(last) && fits()(path);
}

/** Undecoded, so that no slash which was encoded ends a segment. */
const OPTIONS = { sensitive: true, trailing: false, decode: false } as const;

/** By it, text comes before a parameter, and that before the rest of a path. */
const particular = (template: string) => template.replace(/\{\w+\+\}/, '\uffff').replace(/\{\w+\}/g, '\ufffe');

const colons = (template: string) => template.replace(/\{(\w+)\+\}/, '*$1').replace(/\{(\w+)\}/g, ':$1');

/** A lonely `%`, and what encodes no UTF-8, stand for themselves. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part.replace(/%(?![\da-f]{2})/gi, '%25'));
  } catch {
    return part;
  }
}
