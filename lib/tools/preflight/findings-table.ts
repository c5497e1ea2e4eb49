import Table from 'cli-table3';
import type { Finding } from './finding';

const MARKS = { ok: '✔', warning: '!', problem: '✖' } as const;

/** Findings as people read them, without colours: they end up in pipes and tickets too. */
export function findingsTable(findings: readonly Finding[]): string {
  const table = new Table({
    head: ['', 'what', 'found', 'what to do'],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [3, 26, 44, 60],
  });
  for (const { level, subject, found, advice } of findings) table.push([MARKS[level], subject, found, advice ?? '']);
  return table.toString();
}
