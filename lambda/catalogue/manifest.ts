import { createHash } from 'node:crypto';
import { chunkKey, deltaKey, parseQuestionId, questionId } from '../contract/keys';
import type { Question } from '../rules/question';

/** What describes a published catalogue in Valkey: the fields of the hash under manifestKey. */
export interface Manifest {
  version: string;
  /** Of the index: see index-format.ts. One that a reader doesn't know it need not fetch. */
  format: number;
  /** Pieces of the index that is stored as a whole: the version's own, or that of the version in {@link delta}. */
  chunks: number;
  /** SHA-256 of that whole index, hexadecimal. */
  digest: string;
  /**
   * Where little has changed: the version whose index is stored, and the SHA-256 of what leads from that to this one.
   */
  delta?: { base: string; digest: string };
  /** Rows of the table when it was read. */
  listings: number;
  /** Those that some question can find. */
  searchable: number;
  /** ms since the epoch, by the clock of the warm-up. */
  publishedAt: number;
  /**
   * When the table changed from what the catalogue before held: the middle of the two looks between which it did, ms
   * since the epoch. Absent if there was none before.
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
    // The first one did not say so.
    format: Number(fields.format ?? 1),
    digest: fields.digest,
    ...(fields.base && fields.deltaDigest ? { delta: { base: fields.base, digest: fields.deltaDigest } } : {}),
    ...(Number.isSafeInteger(Number(fields.changedAt)) ? { changedAt: Number(fields.changedAt) } : {}),
    popular: (fields.popular ?? '').split(' ').flatMap((id) => parseQuestionId(id) ?? []),
    ...(Object.fromEntries(numbers) as Record<(typeof NUMBERS)[number], number>),
  };
}

export function manifestFields({
  format,
  chunks,
  digest,
  listings,
  searchable,
  publishedAt,
  changedAt,
  delta,
  popular,
}: Manifest): Record<string, string | number> {
  const change: Record<string, number> = changedAt === undefined ? {} : { changedAt };
  const from: Record<string, string> = delta === undefined ? {} : { base: delta.base, deltaDigest: delta.digest };
  const asked = popular.map(questionId).join(' ');
  return { format, chunks, digest, listings, searchable, publishedAt, ...change, ...from, popular: asked };
}

/** The keys that the version's index is made of. */
export function indexKeys({ version, chunks, delta }: Manifest): string[] {
  const pieces = Array.from({ length: chunks }, (_, i) => chunkKey(delta?.base ?? version, i));
  return delta === undefined ? pieces : [...pieces, deltaKey(version)];
}

/** @param pieces of an index, in their order; or of what else has one digest. */
export function digestOf(...pieces: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
