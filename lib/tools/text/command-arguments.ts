import { InvalidArgumentError } from 'commander';

/** @returns the value of an option that counts from 0. @throws InvalidArgumentError */
export function wholeNumber(value: string): number {
  if (!/^\d+$/.test(value)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(value);
}

/** @returns the value of an option that counts from 1. @throws InvalidArgumentError */
export function wholeNumberAboveZero(value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(value);
}
