/**
 * So many times faster than real time the clock of a drill's metrics runs: what an alarm watches for half an hour takes
 * 12 s.
 */
export const FASTER = 150;
/** And so many times at least, however little happens. */
const LEAST_FASTER = 30;
/** What each search that ends lets it go on at full speed, ms; two thirds of a drill's searches are enough for it. */
const FOR_EACH_SEARCH = 9_000;
/** What is left for a short pause, ms. */
const MOST_LEFT = 30_000;

/**
 * The clock of a drill's metrics. Alarms say nothing of a period in which too little happened, so where a busy machine
 * answers fewer searches, a minute lasts longer.
 */
export class DrillClock {
  private at = Date.now();
  private looked = this.at;
  private left = MOST_LEFT;

  /** ms since the epoch: of the start the real ones. */
  readonly now = (): number => {
    const passed = Math.max(0, Date.now() - this.looked);
    const went = Math.min(passed * FASTER, Math.max(passed * LEAST_FASTER, this.left));
    this.looked += passed;
    this.left = Math.max(0, this.left - went);
    this.at += went;
    return this.at;
  };

  readonly searched = (): void => {
    this.now();
    this.left = Math.min(MOST_LEFT, this.left + FOR_EACH_SEARCH);
  };
}
