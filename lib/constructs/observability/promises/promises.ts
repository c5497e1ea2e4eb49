import type { MetricTerm } from '../../../../lambda/contract/metric-term';
import { ALL_SEARCHES, PROMISES, SEARCHES, summed, type PromiseRow, type PromisingStage } from './promise-table';

export type PromiseId = keyof typeof PROMISES;

/** What the system promises on one stage. */
export interface ServicePromise extends Omit<PromiseRow, 'parts' | 'formula' | 'fewest'> {
  id: string;
  parts: Readonly<Record<string, MetricTerm>>;
  formula: string;
  fewest: number;
}

/** The promises of a stage, those that people feel first. */
export function promisesOf(stage: PromisingStage): ServicePromise[] {
  return (Object.keys(PROMISES) as PromiseId[]).map((id) => promiseOf(stage, id));
}

/** One promise of a stage. */
export function promiseOf(stage: PromisingStage, id: PromiseId): ServicePromise {
  const row: PromiseRow = PROMISES[id];
  const parts = row.parts(stage);
  const formula = typeof row.formula === 'string' ? row.formula : row.formula(Object.keys(parts));
  return { ...row, id, parts, formula, fewest: row.fewest?.(stage) ?? 0 };
}

/** @returns the parts of every search of a stage, and their sum in metric math. */
export function searchParts(name: string): { parts: Record<keyof typeof SEARCHES, MetricTerm>; sum: string } {
  return { parts: summed(SEARCHES)({ name }), sum: ALL_SEARCHES };
}
