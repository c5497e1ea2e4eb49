import { FEED_NAMES, type DrillState, type FeedName, type Feeds, type Told } from '../shown';

type Listeners = { [Name in FeedName]: (told: Told<Feeds[Name]>) => void } & {
  drill: (state: DrillState | null) => void;
  live: (live: boolean) => void;
};

/** Gets what the board's server sees, as it comes; the browser connects again by itself. @returns what ends it */
export function listen(system: 'main' | 'drill', listeners: Listeners): () => void {
  const source = new EventSource(`/board/feeds?system=${system}`);
  const on = (event: string, take: (data: unknown) => void) =>
    source.addEventListener(event, (message) => take(JSON.parse(message.data as string)));
  for (const feed of FEED_NAMES) on(feed, (told) => listeners[feed](told as never));
  on('drill', (state) => listeners.drill(state as DrillState | null));
  source.onopen = () => listeners.live(true);
  source.onerror = () => listeners.live(false);
  return () => source.close();
}
