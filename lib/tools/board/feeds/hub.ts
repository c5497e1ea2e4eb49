import { answerOf } from '../../../../lambda/diagnosis/answer';
import { FEED_NAMES, type FeedName, type Feeds, type Happening, type Told } from '../shown';
import { AlarmWatch } from './alarms';
import { demandFeed } from './demand';
import { graphsFeed } from './graphs';
import { happeningsFeed } from './happenings';
import { nodesFeed } from './nodes';
import { promisesFeed } from './promises';
import type { BoardSystem } from './system';

/** A log of an hour takes AWS longer than a metric, ms. */
const PATIENCE_MS = 15_000;

/** Gets what is new of a feed. */
type Subscriber = (feed: FeedName, told: Told<unknown>) => void;

/**
 * Looks at a system while somebody looks at the board; all who do share the looks. What doesn't answer is told as such.
 */
export class FeedHub {
  private readonly subscribers = new Set<Subscriber>();
  private readonly newest = new Map<FeedName, Told<unknown>>();
  private readonly due = new Map<FeedName, NodeJS.Timeout>();
  private readonly watch = new AlarmWatch();
  private readonly busy = new Set<FeedName>();

  /** @param noted what happens that no metric tells. */
  constructor(
    readonly system: BoardSystem,
    private readonly noted: () => readonly Happening[] = () => [],
  ) {}

  /** @returns what ends it. */
  subscribe(subscriber: Subscriber): () => void {
    this.subscribers.add(subscriber);
    for (const [feed, told] of this.newest) subscriber(feed, told);
    for (const feed of FEED_NAMES) if (!this.due.has(feed) && !this.busy.has(feed)) void this.turn(feed);
    return () => {
      this.subscribers.delete(subscriber);
      if (this.subscribers.size === 0) this.stop();
    };
  }

  /** Every feed once. */
  async once(): Promise<{ [Name in FeedName]: Told<Feeds[Name]> }> {
    await Promise.all(FEED_NAMES.map((feed) => this.look(feed)));
    return Object.fromEntries(this.newest) as { [Name in FeedName]: Told<Feeds[Name]> };
  }

  stop(): void {
    this.subscribers.clear();
    for (const timer of this.due.values()) clearTimeout(timer);
    this.due.clear();
  }

  /** One look after the other, with a pause between. */
  private async turn(feed: FeedName): Promise<void> {
    this.due.delete(feed);
    await this.look(feed);
    if (this.subscribers.size > 0)
      this.due.set(
        feed,
        setTimeout(() => void this.turn(feed), this.system.pace.every[feed]),
      );
  }

  private async look(feed: FeedName): Promise<void> {
    this.busy.add(feed);
    const answer = await answerOf(feed, () => this.value(feed), PATIENCE_MS);
    this.busy.delete(feed);
    const told: Told<unknown> = { ...answer, at: this.system.clock() };
    this.newest.set(feed, told);
    for (const subscriber of this.subscribers) subscriber(feed, told);
  }

  private value(feed: FeedName): Promise<Feeds[FeedName]> {
    const { system } = this;
    switch (feed) {
      case 'promises':
        return promisesFeed(system);
      case 'alarms':
        return this.watch.feed(system);
      case 'nodes':
        return nodesFeed(system);
      case 'happenings':
        return happeningsFeed(system, [...this.noted(), ...this.watch.happenings()]);
      case 'graphs':
        return graphsFeed(system);
      case 'demand':
        return demandFeed(system);
    }
  }
}
