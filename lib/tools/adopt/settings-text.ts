import { isDeepStrictEqual } from 'node:util';
import { Document, isNode, isPair, isMap, parseDocument, type Pair, type Scalar } from 'yaml';
import type { StageInput } from '../../stages/settings';
import type { FoundValue } from './values';

/** A stage's settings file, written or brought up to date. */
interface SettingsText {
  text: string;
  /** `path: before -> after`, one for each setting that changes. */
  changes: string[];
}

const STYLE = { lineWidth: 0, singleQuote: true };

/**
 * @param shape what a new file begins as: the example whose size fits the stage
 * @param existing the file as it stands; what the account does not decide stays as it is, with its comments
 */
export function settingsText(values: readonly FoundValue[], shape: StageInput, existing?: string): SettingsText {
  const document = existing === undefined ? new Document(shape) : parseDocument(existing);
  const changes: string[] = [];
  for (const { path, value, comment } of values) {
    const keys = path.split('.');
    const node: unknown = document.getIn(keys, true);
    const before: unknown = isNode(node) ? node.toJS(document) : undefined;
    if (!isDeepStrictEqual(before, value)) {
      changes.push(`${path}: ${before === undefined ? 'nothing' : JSON.stringify(before)} -> ${JSON.stringify(value)}`);
      document.setIn(keys, document.createNode(value));
    }
    // A comment that somebody wrote stays.
    const pair = pairAt(document, keys);
    if (pair !== undefined && (existing === undefined || !pair.key.commentBefore))
      pair.key.commentBefore = ` ${comment}`;
  }
  return { text: document.toString(STYLE), changes };
}

/** The pair of a setting, whose key bears its comment; undefined where it cannot have one, or has one already. */
function pairAt(document: Document, keys: readonly string[]): Pair<Scalar> | undefined {
  const parent: unknown = keys.length === 1 ? document.contents : document.getIn(keys.slice(0, -1), true);
  if (!isMap(parent)) return undefined;
  const found = parent.items.find((each) => isPair(each) && (each.key as Scalar).value === keys.at(-1));
  // YAML gives the comment of the first pair to the map that holds it.
  return found === parent.items[0] && parent.commentBefore ? undefined : (found as Pair<Scalar> | undefined);
}
