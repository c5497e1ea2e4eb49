import type { CauseId } from '../contract/causes';
import { causeOfCheck } from './check-causes';
import type { Evidence } from './evidence';
import { DOCTOR, NONE, RULES } from './rules';

export interface Cause {
  id: CauseId;
  cause: string;
  /** What speaks for it. */
  because: string;
  /** What to type: one safe thing. */
  next: string;
  /** What that may cost. */
  risk: string;
}

/**
 * @returns the causes that something speaks for: those that the alarm names in their order, then what else was found.
 */
export function causesOf(evidence: Evidence): Cause[] {
  const rank = (id: CauseId) => {
    const place = evidence.causes.indexOf(id);
    return place === -1 ? evidence.causes.length : place;
  };
  return (Object.keys(RULES) as CauseId[])
    .flatMap((id) => {
      const { cause, next = DOCTOR, risk = NONE, proof } = RULES[id];
      const because = failedCheck(evidence, id) ?? proof?.(evidence);
      return because === undefined || because === ''
        ? []
        : [{ id, cause, because, next: said(next, evidence), risk: said(risk, evidence) }];
    })
    .sort((a, b) => rank(a.id) - rank(b.id));
}

const said = (text: string | ((evidence: Evidence) => string), evidence: Evidence) =>
  typeof text === 'string' ? text : text(evidence);

/** @returns what the doctor saw that speaks for a cause. */
function failedCheck({ checks = [] }: Evidence, id: CauseId): string | undefined {
  const check = checks.find((each) => causeOfCheck(each) === id);
  return check && `the check “${check.layer}” fails: ${check.found}`;
}
