import { answerParent } from '../answer-parent';
import { askedBefore } from '../asked-before';
import type { Environments } from '../tiers';

/** In a process of its own, so that the function's metrics are not printed. */
answerParent(async (environments: Environments) => {
  await askedBefore(environments);
  return 'asked';
});
