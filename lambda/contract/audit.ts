/** Crosses the boundary: functions write these lines, the writer of the audit log and the command line read them. */
import * as z from 'zod';
import { lazily } from './lazily';
import { readJson } from './outside-json';
import type { PeopleKey } from './people-key';

/** Who did what to whose data, and when. */
export const auditLine = lazily(() => {
  const pseudonym = z.string().regex(/^[0-9a-f]{32}$/);
  return z.strictObject({
    /** ms since the epoch. */
    at: z.int(),
    /** ARN as API Gateway found it when it checked the signature; of a lever, as the operator's command gave it. */
    caller: z.string(),
    /** The operation of the API, or `lever <name>`. */
    action: z.string(),
    /** Whose data, if that is known. */
    person: pseudonym.optional(),
    session: pseudonym.optional(),
    /** Of the answer; a lever has none. */
    status: z.int().optional(),
    /** Of API Gateway or Lambda: finds the request in the access log and in CloudTrail. */
    request: z.string(),
    /** Of a lever: the kind of key, or how many people. */
    kind: z.string().optional(),
  });
});
export type AuditLine = z.output<ReturnType<typeof auditLine>>;

/**
 * The operations with which a person takes back what was said, and what each removes. A restore replays their lines.
 */
const FORGETTING = { forgetUser: 'all', forgetChat: 'chat' } as const;
/** @returns what a line says to have been removed; undefined where nothing was. */
export const forgottenBy = ({ action }: AuditLine): 'all' | 'chat' | undefined =>
  Object.hasOwn(FORGETTING, action) ? FORGETTING[action as keyof typeof FORGETTING] : undefined;

/** Streams of the audit log: all lines, and again those that a restore replays, which operators may read. */
export const AUDIT_STREAMS = { all: 'audit', forgotten: 'forgotten' } as const;
export const auditLogGroup = (replicationGroupId: string): string => `/carfin/${replicationGroupId}/audit`;

/** As a function writes it to its own log, which others may read: sealed. */
export function sealedLine(line: AuditLine, key: PeopleKey): string {
  return JSON.stringify({ audit: key.seal(JSON.stringify(line)) });
}

/**
 * @returns the line that a line of a function's log holds; undefined if it is no audit line.
 * @throws UnsealableError
 */
export function openLine(text: string, key: PeopleKey): AuditLine | undefined {
  const sealed = /^\{"audit":"([A-Za-z0-9+/=]+)"\}\s*$/.exec(text)?.[1];
  return sealed === undefined ? undefined : auditLine().parse(readJson(key.open(sealed), 'An audit line'));
}
