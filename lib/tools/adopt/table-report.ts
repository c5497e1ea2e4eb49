import type { Connections, TableFacts } from '../../../lambda/doctor/table-facts';
import { PARTS } from '../../../lambda/database/table-reader';
import type { StageSettings } from '../../stages/settings';
import { figure, report, table, type Report } from '../ops/report/output';
import type { Target } from '../ops/stage/target';
import { connectionsHeld } from './adopt';

/** A line of the report; what has a way out needs somebody. */
interface Line {
  says: string;
  wayOut?: string;
  /** Nothing to mend, but to be known. */
  heed?: boolean;
}

/**
 * Asks the stage's doctor, from inside the VPC, what the table is, and holds that against the settings.
 * @throws OperationError if the function or the database can't be asked
 */
export async function checkTable(target: Target, settings: StageSettings): Promise<Report> {
  const facts = (await target.invoke('doctor', { table: true })) as TableFacts;
  return tableReport(facts, settings);
}

/** @returns what {@link checkTable} found, in words. Attention where something must be mended. */
export function tableReport(facts: TableFacts, settings: StageSettings): Report {
  const lines: Line[] = [
    versionLine(facts.version),
    ...connectionLines(facts.connections, settings),
    ...contentLines(facts, settings),
  ];
  const text = [
    table(
      ['column', 'type'],
      facts.columns.map(({ name, type }) => [name, type]),
    ),
    ...lines.map(({ says, wayOut, heed }) =>
      wayOut === undefined ? `${heed ? '!' : '✔'} ${says}` : `✖ ${says}\n  ${wayOut}`,
    ),
  ].join('\n');
  return report(
    facts,
    text,
    lines.some(({ wayOut }) => wayOut !== undefined),
  );
}

/** What the statistics of a version mean for freshness (PostgreSQL 15 release notes, Monitoring). */
function versionLine(version: string): Line {
  const heed = Number.parseInt(version, 10) < 15;
  const means = heed
    ? 'It may tell of a change only when its writer runs another statement or disconnects: until then searches ' +
      "answer from the table before. End the writer's connection after a load, or run npm run ops -- warm " +
      '--force.'
    : 'It tells of a change within seconds, also while the writer stays connected.';
  return { says: `PostgreSQL ${version}. ${means}`, heed };
}

function connectionLines({ most, reserved, others, limit }: Connections, settings: StageSettings): Line[] {
  const held = connectionsHeld(settings);
  const free = most - reserved - others;
  const room =
    `max_connections is ${figure(most)}, ${figure(reserved)} reserved, ${figure(others)} held by others: ` +
    `${figure(free)} for the stage, which holds up to ${figure(held)}`;
  const lines: Line[] = [
    free >= held ? { says: room } : { says: room, wayOut: 'Raise max_connections, or lower concurrency.*.most.' },
  ];
  if (free >= held && free < 2 * held)
    lines.push({
      says: `A deploy under full load may want ${figure(2 * held)} for a minute; deploy when it is quiet.`,
    });
  if (limit !== -1 && limit < held)
    lines.push({
      says: `The login's CONNECTION LIMIT is ${figure(limit)}, below ${figure(held)}`,
      wayOut: `As the owner: ALTER ROLE ${settings.database.user} CONNECTION LIMIT ${2 * held};`,
    });
  return lines;
}

function contentLines({ mismatch, contents }: TableFacts, { freshnessSeconds }: StageSettings): Line[] {
  if (contents === undefined)
    return [
      { says: mismatch ?? 'The table was not read', wayOut: 'Then run this again, before the deploy of a caller.' },
    ];
  const { rows, searchable, countable, read, sums } = contents;
  if (searchable === 0)
    return [
      {
        says: `${figure(rows)} rows, of which no question can find one`,
        wayOut: 'The rules of docs/keys.md keep them out, or the table is empty. Its owner has to say.',
      },
    ];
  const share = figure((100 * searchable) / rows);
  const seconds = (ms: number) => `${figure(Math.max(0.1, Math.round(ms / 100) / 10))} s`;
  const whole = read.rows === 0 ? 0 : (read.milliseconds * rows) / read.rows;
  const look = `every ${figure(freshnessSeconds)} s`;
  const change =
    sums === undefined
      ? 'reads all of it again: this PostgreSQL can’t sum rows (14 and newer can)'
      : `sums the rows (${seconds(sums.milliseconds)} on the database) and reads the parts that changed, about ` +
        `${figure(Math.ceil(rows / PARTS))} rows each`;
  return [
    { says: 'All columns that a search reads are there, of types that every tier reads alike' },
    { says: `${figure(rows)} rows; ${figure(searchable)} (${share} %) can be found by a search` },
    {
      says:
        `The first warm-up reads all rows, about ${seconds(whole)} (${figure(read.rows)} took ` +
        `${figure(read.milliseconds)} ms)`,
    },
    {
      says: countable
        ? `It looks ${look} whether anything changed, reading no row; after a change it ${change}`
        : `A view tells of no change: ${look} it ${change}`,
    },
  ];
}
