import type { Tier } from '../../../lambda/search/search-service';

/** A question every so often, ms: some fifty in each period of an alarm, as on a quiet day. */
const EVERY_MS = 40;
/** Questions that come again and again; every other question has never been asked. */
const POPULAR = 20;

/** What people met in one phase of a drill. */
export interface Experience {
  searches: number;
  /** Answers that were no 200. */
  failed: number;
  byTier: Record<Tier, number>;
  /** Mean, ms. */
  milliseconds: number;
}

/** Asks questions without end, as people would, and keeps what they met. */
export class Load {
  private met = empty();
  private total = 0;
  private asked = 0;
  private readonly timer: NodeJS.Timeout;

  /** @param ended hears of each search that ended, whatever it met */
  constructor(
    readonly url: string,
    private readonly ended: () => void,
  ) {
    this.timer = setInterval(() => void this.ask(), EVERY_MS);
  }

  /** @returns what was met since the last call. */
  take(): Experience {
    const met = { ...this.met, milliseconds: this.met.searches === 0 ? 0 : this.total / this.met.searches };
    this.met = empty();
    this.total = 0;
    return met;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async ask(): Promise<void> {
    const turn = this.asked++;
    const budgetMax = turn % 2 === 0 ? 3_000 + (turn % (2 * POPULAR)) : 10_000 + turn;
    const start = performance.now();
    const answer = await fetch(`${this.url}/v1/vehicles/search?budgetMin=500&budgetMax=${budgetMax}`).catch(
      () => undefined,
    );
    await answer?.arrayBuffer();
    this.ended();
    this.total += performance.now() - start;
    this.met.searches++;
    if (answer?.status !== 200) this.met.failed++;
    else this.met.byTier[answer.headers.get('x-cache') as Tier]++;
  }
}

function empty(): Experience {
  return { searches: 0, failed: 0, byTier: { memory: 0, hit: 0, index: 0, database: 0 }, milliseconds: 0 };
}
