/**
 * Says where a JSON text is not kept as it was sent: JSON.parse takes the last of two members of one name, rounds
 * numbers, and passes on half characters that UTF-8 can't carry and Valkey's JSON refuses. What is exact comes back as
 * it was sent.
 */

/** Deeper is no body that an operation takes: its schema says so, with the limit of the member. */
const DEEPEST = 40;
/** Violations that one answer names. */
const MOST_NAMED = 10;

/** A member that can't be kept as it was sent. */
interface Inexact {
  /** JSON pointer (RFC 6901). */
  pointer: string;
  rule: string;
  /** The number, as it was sent; what a double makes of it would not show what is wrong. */
  received?: string;
}

const RULES = {
  duplicate: 'must stand once: an object names each of its members once',
  number: 'must be a number that a double does not round, and not -0; send it as text',
  surrogate: 'must be whole characters: half a surrogate pair is none',
  replaced: 'must not hold U+FFFD, which stands for bytes that were no UTF-8; if it is meant, send it as \\ufffd',
  control: 'must be text without control characters but line ends and tabs',
} as const;

// eslint-disable-next-line no-control-regex -- these are what it looks for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

interface Level {
  pointer: string;
  /** Names so far; undefined in an array. */
  names: Set<string> | undefined;
  index: number;
}

/** @param text valid JSON. @returns what of it is not exact, in its order, as deep as a body may be nested. */
export function inexactMembers(text: string): Inexact[] {
  const found: Inexact[] = [];
  const levels: Level[] = [];
  let pointer = '';
  // Tokens of valid JSON; what stands between them says nothing.
  const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*|[{}[\],]/g;
  for (let match = token.exec(text); match !== null && found.length < MOST_NAMED; match = token.exec(text)) {
    const [raw] = match;
    const level = levels.at(-1);
    if (level?.names === undefined && level !== undefined) pointer = `${level.pointer}/${level.index}`;
    if (raw === '{' || raw === '[') {
      if (levels.length === DEEPEST) return found;
      levels.push({ pointer, names: raw === '{' ? new Set() : undefined, index: 0 });
    } else if (raw === '}' || raw === ']') pointer = levels.pop()?.pointer ?? '';
    else if (raw === ',') {
      if (level !== undefined) level.index++;
    } else if (raw.startsWith('"')) {
      const value = JSON.parse(raw) as string;
      const isName = level?.names !== undefined && isFollowedByColon(text, token.lastIndex);
      if (isName) pointer = `${level.pointer}/${value.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      if (isName && level.names?.has(value)) found.push({ pointer, rule: RULES.duplicate });
      if (isName) level.names?.add(value);
      const rule = textRule(value, raw);
      if (rule !== undefined) found.push({ pointer: pointer.toWellFormed(), rule });
    } else if (!isExact(raw)) found.push({ pointer, rule: RULES.number, received: raw });
  }
  return found;
}

function isFollowedByColon(text: string, from: number): boolean {
  let at = from;
  while (/\s/.test(text[at] ?? '')) at++;
  return text[at] === ':';
}

/** @param raw the text as it was sent, with its escapes, where it has any. @returns the rule that it breaks. */
export function textRule(value: string, raw = value): string | undefined {
  if (!value.isWellFormed()) return RULES.surrogate;
  if (raw.includes('\ufffd')) return RULES.replaced;
  return CONTROL.test(value) ? RULES.control : undefined;
}

/** Whether a double prints as the same decimal: neither rounded, nor as infinity, nor without its sign. */
function isExact(literal: string): boolean {
  const value = Number(literal);
  if (value === 0) return /^[0.]*(?:[eE].*)?$/.test(literal);
  return decimal(literal) === decimal(String(value));
}

/** @returns sign, digits and exponent of a number other than 0, in one form. */
function decimal(literal: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(literal) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = withoutZerosBehind(digits);
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}

/** Not by /0+$/, which begins anew at each zero: of 256 kB of zeros before a last digit that is a minute's work. */
function withoutZerosBehind(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}
