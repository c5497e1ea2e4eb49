import { COLUMN_NAMES } from '../../../lambda/rules/listing';
import { READER } from '../engines/postgres';
import { withClient } from '../example-data/vehicles-table';
import { repeated, type Breakage, type Stores } from './breakage';

type Database = Pick<Stores, 'postgres'>;

const END_SESSIONS = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${READER}'`;

const asOwner =
  (statements: readonly string[]) =>
  ({ postgres }: Database) =>
    withClient(postgres.ownerUrl, async (client) => {
      for (const statement of statements) await client.query(statement);
    });

/** Statements of the owner that break, and those that heal. */
const changed = (breaks: readonly string[], heals: readonly string[]): Breakage<Database> => ({
  begin: asOwner(breaks),
  end: asOwner(heals),
});

/** The functions' user has no login (28000), and its sessions are ended. */
export const loginRefused = changed([`ALTER ROLE ${READER} NOLOGIN`, END_SESSIONS], [`ALTER ROLE ${READER} LOGIN`]);

/** No connection is left for the functions' user (53300). */
export const noConnectionLeft = changed(
  [`ALTER ROLE ${READER} CONNECTION LIMIT 0`, END_SESSIONS],
  [`ALTER ROLE ${READER} CONNECTION LIMIT -1`],
);

/** Sessions are ended (57P01) between requests, ten times a second. */
export const sessionsEnded = repeated<Database>(
  (stores, between) => between(() => asOwner([END_SESSIONS])(stores)),
  100,
);

/** The columns as an older deployment spells them, and back. */
const respell = (back: boolean) => [
  'BEGIN',
  ...COLUMN_NAMES.filter((name) => name.includes('_')).map((name) => {
    const plain = name.replaceAll('_', '');
    return `ALTER TABLE vehicles RENAME ${back ? plain : name} TO ${back ? name : plain}`;
  }),
  'COMMIT',
];

/** The columns are renamed to their older spelling (42703). */
export const columnsRespelled = changed(respell(false), respell(true));

/** Three quarters of the rows are gone. */
export const rowsLost = changed(
  [
    'CREATE TABLE kept AS SELECT * FROM vehicles WHERE vehicle_id % 4 > 0',
    'DELETE FROM vehicles WHERE vehicle_id % 4 > 0',
  ],
  ['INSERT INTO vehicles SELECT * FROM kept', 'DROP TABLE kept'],
);

/** Each query takes so much longer. */
export const slower = (seconds: number): Breakage<Database> =>
  changed(
    [
      'ALTER TABLE vehicles RENAME TO kept',
      `CREATE VIEW vehicles AS SELECT kept.* FROM kept, pg_sleep(${seconds})`,
      `GRANT SELECT ON vehicles TO ${READER}`,
    ],
    ['DROP VIEW vehicles', 'ALTER TABLE kept RENAME TO vehicles'],
  );
