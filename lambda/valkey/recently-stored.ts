/** Keys remembered by one process. */
const MOST_REMEMBERED = 5_000;

/**
 * Keys that this process has read or written and that should still be there. A question among them is asked for alone;
 * any other one asks for its listings in the same wave, so that a question nobody has asked costs one wave, not two.
 */
export class RecentlyStored {
  private readonly until = new Map<string, number>();

  constructor(private readonly now: () => number = Date.now) {}

  has(key: string): boolean {
    return (this.until.get(key) ?? 0) > this.now();
  }

  /** @param ttlSeconds the longest that the key can still live; reading it again does not prolong that. */
  add(key: string, ttlSeconds: number): void {
    if (this.has(key)) return;
    if (this.until.size >= MOST_REMEMBERED) {
      const [oldest] = this.until.keys();
      if (oldest !== undefined) this.until.delete(oldest);
    }
    this.until.set(key, this.now() + ttlSeconds * 1_000);
  }

  delete(key: string): void {
    this.until.delete(key);
  }
}
