import type { StageSettings } from '../stages/settings';
import { violation, type SettingViolation } from '../stages/violation';
import { estimate } from './estimate';

/** @returns why the stage's budget does not cover what it is estimated to cost, or that its nodes have no price. */
export function budgetViolation(settings: StageSettings): SettingViolation | undefined {
  const { monthlyBudgetUsd, cache } = settings;
  try {
    const { totalUsd } = estimate(settings);
    return totalUsd <= monthlyBudgetUsd
      ? undefined
      : violation(
          'monthlyBudgetUsd',
          `must cover the estimate of ${totalUsd} USD a month; npm run cost shows what it is made of`,
          monthlyBudgetUsd,
        );
  } catch (error) {
    return violation('cache.nodeType', (error as Error).message, cache.nodeType);
  }
}
