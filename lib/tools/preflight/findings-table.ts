import { drawTable } from '../text/table';
import type { Finding } from './finding';

const MARKS = { ok: '✔', warning: '!', problem: '✖' } as const;

/** Findings as people read them. */
export function findingsTable(findings: readonly Finding[]): string {
  return drawTable(
    { head: ['', 'what', 'found', 'what to do'], wordWrap: true, colWidths: [3, 26, 44, 60] },
    findings.map(({ level, subject, found, advice }) => [MARKS[level], subject, found, advice ?? '']),
  );
}
