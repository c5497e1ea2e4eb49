import { InvalidArgumentError, type Command } from 'commander';
import { duration, type Report } from '../report/output';
import type { Target } from '../stage/target';

/** Adds a command that asks a target and shows a report. */
export type AddCommand = (
  nameAndArguments: string,
  description: string,
  run: (
    target: Target,
    args: string[],
    options: Record<string, unknown>,
    progress: (line: string) => void,
  ) => Promise<Report>,
  parent?: Command,
) => Command;

/** Checks a time span while the line is parsed, so that a wrong one is wrong usage. */
export function spanArgument(value: string): string {
  try {
    duration(value);
    return value;
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
