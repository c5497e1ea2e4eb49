import type { LoadFigures, Limit } from './figures';

/** From this share on a processor or a thread counts as full. */
const FULL = 0.9;

/** Shares of the time measured, 0 to 1. */
interface BusyShares {
  /** Of all processors together. */
  machine: number;
  /** The busiest process of the function, and the busiest shard, of one processor each: both work on one thread. */
  process: number;
  shard: number;
}

/**
 * @returns what holds the rate down: a full thread that is alone says more than a machine that is full because of it.
 */
export function limitOf({ machine, process, shard }: BusyShares): Limit {
  if (machine >= FULL) return 'the machine';
  if (shard >= FULL) return "a shard's thread";
  if (process >= FULL) return "a process's thread";
  return 'the wait for each answer';
}

/** @returns the level from which more at once brings less than a tenth more answers, or the last one. */
export function saturation(levels: readonly LoadFigures[]): LoadFigures | undefined {
  const found = levels.findIndex((level, i) => (levels[i + 1]?.answersASecond ?? 0) < level.answersASecond * 1.1);
  return levels[found === -1 ? levels.length - 1 : found];
}
