import type { Check } from '../../../../lambda/doctor/check';
import { report, table, wayBackLines, type Report } from '../report/output';
import type { Target } from '../stage/target';

const MARKS: Readonly<Record<Check['outcome'], string>> = { ok: 'ok', failed: 'failed', skipped: '-' };

/**
 * Which layer fails, and where each was looked at.
 * @param here the stores from this shell; otherwise from inside the VPC, with search's role and user.
 */
export async function doctor(target: Target, here: boolean): Promise<Report> {
  const place = here ? 'here' : target.insideName;
  const [stores, api] = await Promise.all([
    here ? target.examineHere() : (target.invoke('doctor', {}) as Promise<Check[]>),
    target.examineApi(),
  ]);
  const checks = [
    ...stores.map((check) => ({ ...check, where: place })),
    ...api.map((check) => ({ ...check, where: 'here' })),
  ];
  const failed = checks.filter(({ outcome }) => outcome === 'failed');
  const text = [
    table(
      ['', 'system', 'layer', 'where', 'ms', 'found'],
      checks.map(({ system, layer, outcome, milliseconds, found, where }) => [
        MARKS[outcome],
        system,
        layer,
        where,
        outcome === 'skipped' ? '' : milliseconds,
        found,
      ]),
    ),
    ...failed.map(
      ({ system, layer, found, advice = '' }) => `${system}: the check “${layer}” fails: ${found}\n  ${advice}`,
    ),
    ...(failed.length === 0 ? ['Every layer answers.'] : wayBackLines(target.wayBack)),
  ].join('\n');
  return report(checks, text, failed.length > 0);
}
