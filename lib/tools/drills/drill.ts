import type { CauseId } from '../../../lambda/contract/causes';
import type { Played } from './drill-system';

/** A breakage that alarms must notice. */
export interface Drill extends Played {
  /** What is broken, and how. */
  breaks: string;
  /** The alarms that must go off; one that ends with `*` stands for all that begin so. */
  rehearses: readonly string[];
  /** What the first message must name; several where several things are broken. */
  causes: readonly CauseId[];
  /** Meanwhile searches may stay unanswered; unless it says so, every one must be answered. */
  noticed?: true;
}
