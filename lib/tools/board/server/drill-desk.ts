import type { FeedHub } from '../feeds/hub';
import type { About, DrillState } from '../shown';

/** What can be played: only a local run has one. */
export interface DrillDesk {
  readonly list: About['drills'];
  readonly state: DrillState | undefined;
  /** The drill's own system, once it is there. */
  readonly hub: FeedHub | undefined;
  /** Gets each change of the state. @returns what ends it */
  listen: (listener: (state: DrillState | undefined) => void) => () => void;
  /** @throws Error if there is no such drill, or one is under way. */
  play: (name: string) => void;
  heal: () => void;
  end: () => Promise<void>;
}
