import { createHash } from 'node:crypto';
import { parseQuestionId, questionId } from '../contract/keys';
import type { Question } from '../rules/question';

/** What describes a published catalogue in Valkey: the fields of the hash under manifestKey. */
export interface Manifest {
  version: string;
  /** Pieces of the index. */
  chunks: number;
  /** SHA-256 of the whole index, hexadecimal. */
  digest: string;
  /** Rows of the table when it was read. */
  listings: number;
  /** Those that some question can find. */
  searchable: number;
  /** ms since the epoch, by the clock of the warm-up. */
  publishedAt: number;
  /**
   * When the table changed from what the catalogue before held: the middle of the two looks between which it did, ms since the
   * epoch. Absent if there was none before.
   */
  changedAt?: number;
  /** What was asked most when it was published. */
  popular: readonly Question[];
}

const NUMBERS = ['chunks', 'listings', 'searchable', 'publishedAt'] as const;

/** @param fields the hash, as HGETALL gives it. @returns undefined if it is missing or incomplete. */
export function parseManifest(version: string, fields: Readonly<Record<string, string>>): Manifest | undefined {
  const numbers = NUMBERS.map((name) => [name, Number(fields[name] ?? NaN)] as const);
  if (fields.digest === undefined || numbers.some(([, value]) => !Number.isSafeInteger(value))) return undefined;
  return {
    version,
    digest: fields.digest,
    ...(Number.isSafeInteger(Number(fields.changedAt)) ? { changedAt: Number(fields.changedAt) } : {}),
    popular: (fields.popular ?? '').split(' ').flatMap((id) => parseQuestionId(id) ?? []),
    ...(Object.fromEntries(numbers) as Record<(typeof NUMBERS)[number], number>),
  };
}

export function manifestFields({
  chunks,
  digest,
  listings,
  searchable,
  publishedAt,
  changedAt,
  popular,
}: Manifest): Record<string, string | number> {
  const change: Record<string, number> = changedAt === undefined ? {} : { changedAt };
  const asked = popular.map(questionId).join(' ');
  return { chunks, digest, listings, searchable, publishedAt, ...change, popular: asked };
}

/** Size of a piece of the index: small enough for a command's deadline, large enough to need few. */
export const CHUNK_BYTES = 256 * 1024;

export function toChunks(bytes: Buffer): Buffer[] {
  const count = Math.max(1, Math.ceil(bytes.length / CHUNK_BYTES));
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES));
}

export function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
