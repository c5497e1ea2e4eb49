import { readJson } from '../../contract/outside-json';
import { firstHalf } from '../../valkey/entry-id';

/** One change of a session; its id is the session's version after it. */
export interface SessionEvent {
  version: number;
  type: string;
  /** ms since the epoch, by Valkey's clock. */
  at: number;
  /** The agent that made it, if one did. */
  by?: string;
  data: unknown;
}

/** @param entries of the stream, as XRANGE and XREAD give them. */
export function toEvents(entries: readonly [id: string, fields: string[]][]): SessionEvent[] {
  return entries.map(([id, fields]) => {
    const entry: Record<string, string> = {};
    for (let i = 0; i < fields.length; i += 2) entry[fields[i] ?? ''] = fields[i + 1] ?? '';
    return {
      version: firstHalf(id),
      type: entry.type ?? '',
      at: Number(entry.at),
      ...(entry.by ? { by: entry.by } : {}),
      data: readJson(entry.data ?? 'null', 'An event of a session'),
    };
  });
}
