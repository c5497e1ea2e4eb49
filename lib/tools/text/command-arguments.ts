import { InvalidArgumentError } from 'commander';

/** More is a slip of the finger, and beyond 2^53 not even the number that was typed. */
const MOST = 1_000_000_000;

/** @returns the value of an option that counts from 0. @throws InvalidArgumentError */
export const wholeNumber = (value: string): number => readNumber(value, 0, MOST);

/** @returns the value of an option that counts from 1. @throws InvalidArgumentError */
export const wholeNumberAboveZero = (value: string): number => readNumber(value, 1, MOST);

/** A day. Node.js would take what does not fit into 31 bits of milliseconds for none at all. */
const MOST_SECONDS = 86_400;

/** @returns the value of an option that says for how long, s. @throws InvalidArgumentError */
export const wholeSeconds = (value: string): number => readNumber(value, 1, MOST_SECONDS);

/**
 * @returns a whole number that is written with digits and nothing else.
 * @throws InvalidArgumentError naming the range
 */
export function readNumber(value: string, least: number, most: number): number {
  const number = /^\d{1,15}$/.test(value) ? Number(value) : NaN;
  if (number >= least && number <= most) return number;
  throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}, received "${value}".`);
}
