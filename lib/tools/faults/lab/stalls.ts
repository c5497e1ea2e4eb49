import { performance } from 'node:perf_hooks';

const BEAT_MS = 5;
/** A beat that is later than this says that the machine stood still, not that a timer was late. */
const NOTICEABLE_MS = 10;

/** Notices when this process got no processor: what it measured then is the machine's delay, not the fault's. */
export class Stalls {
  private readonly gaps: [from: number, to: number][] = [];
  private last = performance.now();
  private readonly timer = setInterval(() => this.beat(), BEAT_MS);

  /** @returns ms between two times of `performance.now()` in which nothing ran here. */
  within(from: number, to: number): number {
    this.beat();
    let sum = 0;
    for (const [start, end] of this.gaps) sum += Math.max(0, Math.min(end, to) - Math.max(start, from));
    return sum;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private beat(): void {
    const now = performance.now();
    if (now - this.last > BEAT_MS + NOTICEABLE_MS) this.gaps.push([this.last + BEAT_MS, now]);
    this.last = now;
  }
}
