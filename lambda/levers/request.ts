/** Crosses the boundary: `npm run ops` sends these to the operations function, which checks them. */
import * as z from 'zod';
import { BYPASS_SCOPES } from '../contract/keys';
import { purgeablePrefixes } from '../contract/personal-data';

/** Prefixes that may be purged: what is lost is computed again. */
export const PURGEABLE: readonly string[] = ['search:', 'image:', ...purgeablePrefixes('freely')];
/** What people said and what agents know of them: a purge loses it for good, so it wants a word more. */
const PURGEABLE_OF_PEOPLE: readonly string[] = purgeablePrefixes('people');

/** Errors of the operations function that say what was wrong with the request: asked again it is refused again. */
export const REFUSALS: readonly string[] = ['InvalidOperationError', 'NoSuchCatalogueError', 'PeopleDataError'];

/** @returns the part of a key or prefix that names nobody: what may stand in a log. */
export const kindOf = (key: string): string => key.slice(0, key.indexOf(':') + 1);

/** One of the prefixes above, as it stands or longer, without characters that SCAN would read as a pattern. */
export const purgePrefix = z
  .string()
  .regex(
    new RegExp(`^(${[...PURGEABLE, ...PURGEABLE_OF_PEOPLE].join('|')})[A-Za-z0-9._{}:-]*$`),
    `must begin with one of ${[...PURGEABLE, ...PURGEABLE_OF_PEOPLE].join(', ')}; the catalogue (index:, ` +
      'listing:) is never purged, go back with: npm run ops -- catalogue rollback',
  );

/**
 * Who pulls a lever: the ARN of who is signed in, as the command found it. CloudTrail knows it beyond doubt, by the
 * request's id.
 */
const by = z.string().regex(/^[\w+=,.@:/-]{1,2048}$/, 'must be who pulls the lever, such as an ARN');

/** How long a bypass may last: it ends by itself. */
export const BYPASS_SECONDS = { least: 60, most: 86_400 };

/** Of one request: more are sent in several. */
export const MOST_FORGOTTEN = 10_000;
/** One removal, as the audit log kept it. */
const forgotten = z.strictObject({
  /** The person's pseudonym. */
  person: z.string().regex(/^[0-9a-f]{32}$/, 'must be a pseudonym of 32 hexadecimal characters'),
  /** When, ms since the epoch. */
  at: z.int().positive(),
  /** The chat alone, or all of the person. */
  what: z.enum(['chat', 'all']),
});
export type Forgotten = z.output<typeof forgotten>;

export const operationRequest = z.discriminatedUnion('operation', [
  /** Which catalogues there are, which one is served, and whether the cache is bypassed. */
  z.strictObject({ operation: z.literal('show') }),
  /** Looks whether a version is whole; with `pull` makes it current and keeps the warm-up from publishing another. */
  z.strictObject({
    by,
    operation: z.literal('rollback'),
    version: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be a version of a catalogue, as catalogue show gives it')
      .optional(),
    pull: z.boolean(),
  }),
  /** Lets the warm-up publish again. */
  z.strictObject({ by, operation: z.literal('unpin') }),
  z.strictObject({
    by,
    operation: z.literal('bypass'),
    /** Nothing switches it off. */
    scope: z.enum(BYPASS_SCOPES).optional(),
    seconds: z.int().min(BYPASS_SECONDS.least).max(BYPASS_SECONDS.most).optional(),
  }),
  /** Counts the keys with a prefix; with `pull` removes them. */
  z.strictObject({
    by,
    operation: z.literal('purge'),
    prefix: purgePrefix,
    people: z.boolean().default(false),
    pull: z.boolean(),
  }),
  /** Forgets again whom a snapshot that was restored has brought back; without `pull` counts what that is. */
  z.strictObject({
    by,
    operation: z.literal('forget-again'),
    forgotten: z.array(forgotten).max(MOST_FORGOTTEN),
    pull: z.boolean(),
  }),
  /** What each primary says of itself. */
  z.strictObject({ operation: z.literal('nodes') }),
]);

/** As it is sent. */
type OperationRequest = z.input<typeof operationRequest>;
/** As a command asks for it; who pulls it is added on the way. */
export type Lever = OperationRequest extends infer R ? (R extends unknown ? Omit<R, 'by'> : never) : never;
/** As it is after checking. */
export type CheckedRequest = z.output<typeof operationRequest>;

export interface CatalogueVersion {
  version: string;
  /** ISO 8601. */
  publishedAt: string;
  listings: number | undefined;
  searchable: number | undefined;
}

export interface Shown {
  current: string | undefined;
  /** When a warm-up last found it to be the table's, ISO 8601. */
  confirmedAt?: string;
  pinned: string | undefined;
  /** Newest first. */
  versions: CatalogueVersion[];
  bypass: { scope: string; seconds: number } | undefined;
}

export interface RolledBack {
  from: string | undefined;
  to: string;
  searchable: number;
  /** Listings of that version that are no longer in Valkey: the database would give them, one query a page. */
  missingListings: number;
  pulled: boolean;
}

export interface Purged {
  prefix: string;
  /** Keys by node, `host:port`. */
  found: Record<string, number>;
  removed: number;
  /** Whether some may not have been seen: time ran out, or a slot went to another primary. Then it is run again. */
  unfinished: boolean;
}

export interface ForgottenAgain {
  /** Removals that were asked for. */
  asked: number;
  /** Keys of these people that the cluster holds: found, and removed where that was asked for. */
  found: number;
  removed: number;
  /** Whether some may not have been seen: time ran out, or a slot went to another primary. Then it is run again. */
  unfinished: boolean;
}

export interface NodeFacts {
  address: string;
  /** The sections of INFO, as one map; empty if the node does not answer. */
  info: Record<string, string>;
  /** Why the node does not answer. */
  failed?: string;
}
