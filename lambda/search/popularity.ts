import { popularKey, TTL } from '../contract/keys';
import type { Command } from '../valkey/client';
import { plainScript } from '../valkey/script';
import { COUNT_POPULAR } from './search-scripts';

/** Questions counted between two flushes, and counts sent with one: what is beyond is not popular. */
const MOST_BUFFERED = 500;
const MOST_SENT = 20;

/** Counts what is asked. Counts are buffered and ride on a wave that goes out anyway; losing some does no harm. */
export class Popularity {
  private counts = new Map<string, number>();

  count(questionId: string): void {
    if (this.counts.size < MOST_BUFFERED || this.counts.has(questionId)) {
      this.counts.set(questionId, (this.counts.get(questionId) ?? 0) + 1);
    }
  }

  /** @returns the command that adds what has been counted, if there is any. */
  take(now = Date.now()): Command<number> | undefined {
    if (this.counts.size === 0) return undefined;
    const top = [...this.counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_SENT);
    this.counts = new Map();
    return plainScript(COUNT_POPULAR, [popularKey(now)], [TTL.popular, ...top.flat()]);
  }
}
