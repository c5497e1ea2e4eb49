import type { CatalogueBuilder } from '../catalogue/build';
import { partOf, PARTS, type PartSums } from '../database/table-reader';

/** From here on it costs less to read the whole table. */
const MOST_CHANGED_PARTS = PARTS / 4;
/**
 * How long changes are built upon before all is read and compared with Valkey again, ms: what a failover lost is
 * written then.
 */
const WHOLE_EVERY_MS = 3_600_000;

/** What a run read of the table. */
export interface Reading {
  builder: CatalogueBuilder;
  sums: PartSums | undefined;
  /** When all of it was last read, ms since the epoch. */
  wholeAt: number;
}

/** What stays of the table, and what is to be read of it. */
export interface Changes {
  /** Has what stays, and counts what is to be added. */
  builder: CatalogueBuilder;
  /** Hashes of the listings that were in the changed parts. */
  gone: Buffer[];
  parts: readonly number[];
  wholeAt: number;
}

/** The table as a process has published it: the next run reads only the parts of it that have changed since. */
export class KnownTable {
  private constructor(
    private readonly builder: CatalogueBuilder,
    private readonly sums: PartSums,
    private readonly wholeAt: number,
    private readonly version: string,
  ) {}

  /** @returns undefined where changes can't be found. */
  static of({ builder, sums, wholeAt }: Reading, version: string): KnownTable | undefined {
    return sums && new KnownTable(builder, sums, wholeAt, version);
  }

  isOf(version: string | undefined): boolean {
    return version === this.version;
  }

  /** @returns undefined if the whole table is to be read. */
  changes(now: PartSums | undefined): Changes | undefined {
    if (now === undefined || Date.now() - this.wholeAt > WHOLE_EVERY_MS) return undefined;
    const parts = new Set([...now.keys(), ...this.sums.keys()].filter((part) => !isSame(now, this.sums, part)));
    if (parts.size > MOST_CHANGED_PARTS) return undefined;
    const listings = [...now.values()].reduce((sum, { rows }) => sum + rows, 0);
    const { others, gone } = this.builder.without((vehicleId) => parts.has(partOf(vehicleId)), listings);
    return { builder: others, gone, parts: [...parts], wholeAt: this.wholeAt };
  }
}

function isSame(a: PartSums, b: PartSums, part: number): boolean {
  const [one, other] = [a.get(part), b.get(part)];
  return one?.rows === other?.rows && one?.sum === other?.sum;
}
