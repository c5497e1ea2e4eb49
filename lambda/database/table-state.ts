import type { Pool } from 'pg';
import { TABLE } from './columns';

/**
 * One row that changes whenever the table may have: its identity and file (they change with DROP, TRUNCATE and
 * rewriting), the counters of rows written since the statistics began (pg_stat_user_tables, visible to every role), and
 * when they began. No column and no index of the owner's is needed, and no row is read. Counters reach the statistics
 * after their transaction, never before: a fingerprint that was taken before the table was read can't hide a change. A
 * standby has no counters of its own, so there any replayed WAL counts as a change.
 */
const FINGERPRINT_QUERY = `
  WITH RECURSIVE parts AS (
    SELECT '${TABLE}'::regclass::oid AS id
    UNION ALL SELECT i.inhrelid FROM pg_inherits i JOIN parts ON i.inhparent = parts.id
  )
  SELECT CASE
    WHEN pg_is_in_recovery() THEN 'standby ' || pg_last_wal_replay_lsn()::text
    ELSE (SELECT string_agg(
            concat_ws(' ', c.oid, pg_relation_filenode(c.oid), s.n_tup_ins, s.n_tup_upd, s.n_tup_del),
            ', ' ORDER BY c.oid)
          FROM parts JOIN pg_class c ON c.oid = parts.id LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid)
      || (SELECT ' columns ' || md5(string_agg(attname || ' ' || atttypid || ' ' || atttypmod, ',' ORDER BY attnum))
          FROM pg_attribute WHERE attrelid = '${TABLE}'::regclass AND attnum > 0)
      || ' since ' || pg_postmaster_start_time()::text
      || coalesce((SELECT stats_reset::text FROM pg_stat_database WHERE datname = current_database()), '')
  END AS fingerprint,
  (SELECT bool_and(c.relkind IN ('r', 'p')) FROM parts JOIN pg_class c ON c.oid = parts.id) AS countable`;

/**
 * @returns what the table looks like from outside, or undefined if that can't be told (a view or foreign table): then
 * it has to be read each time.
 */
export async function tableFingerprint(pool: Pool): Promise<string | undefined> {
  const { rows } = await pool.query<{ fingerprint: string | null; countable: boolean | null }>(FINGERPRINT_QUERY);
  const [row] = rows;
  return row?.countable === true && row.fingerprint !== null ? row.fingerprint : undefined;
}
