/**
 * @param operation that is told where the value is no JSON.
 * @throws RangeError with the member's name and not its value: that may be what a person wrote
 */
export function toJson(operation: string, value: unknown): string | undefined {
  let at = '';
  try {
    // A function has none.
    return JSON.stringify(value, (name, member: unknown) => {
      at = name;
      // What JSON.stringify would make {} or null of, without a word.
      const isLost = member instanceof Map || member instanceof Set;
      if (isLost || (typeof member === 'number' && !Number.isFinite(member))) throw new TypeError('not JSON');
      return member;
    });
  } catch (cause) {
    const where = at === '' ? '' : `, and ${JSON.stringify(at)} is none`;
    throw new RangeError(
      `${operation}: what is sent must be JSON${where}: no BigInt, Map, Set, NaN or Infinity, and nothing that holds ` +
        'itself.',
      { cause },
    );
  }
}

/** @returns the value as it is read again: a Date is a text, a member that is undefined is none. @throws RangeError */
export function asJson(operation: string, value: unknown): unknown {
  return JSON.parse(toJson(operation, value) ?? 'null');
}
