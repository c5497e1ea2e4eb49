import type { Target } from '../../ops/stage/target';
import { WINDOWS, type Window } from '../../ops/stage/series';
import type { BoardDefinition } from '../definition/definition';
import type { FeedName } from '../shown';

/** How often each part is looked at, ms, and in which periods. */
interface Pace {
  every: Readonly<Record<FeedName, number>>;
  /** The hour of the promises; its value is that of `npm run ops -- promises`. */
  promises: Window;
  graphs: Window;
}

/** What a board looks at. */
export interface BoardSystem {
  target: Target;
  definition: BoardDefinition;
  /** The stage that commands name, or `local`: those of a drill name prod, as at night. */
  typedFor: string;
  /** ms since the epoch; a drill has a clock that runs faster. */
  clock: () => number;
  pace: Pace;
}

const [HOUR] = WINDOWS;
/** As the dashboard in AWS shows it. */
const THREE_HOURS: Window = { name: 'graphs', seconds: 10_800, period: 300 };
const ONE_HOUR: Window = { name: 'graphs', seconds: 3_600, period: 60 };

/** Each look is paid by the metric (docs/operations.md), and CloudWatch has one value a minute. */
export const AWS_PACE: Pace = {
  every: { promises: 60_000, alarms: 30_000, nodes: 60_000, happenings: 60_000, graphs: 120_000, demand: 300_000 },
  promises: HOUR,
  graphs: THREE_HOURS,
};
/** It costs nothing; a system of a few minutes is looked at by the minute. */
export const LOCAL_PACE: Pace = {
  every: { promises: 2_000, alarms: 2_000, nodes: 4_000, happenings: 4_000, graphs: 4_000, demand: 10_000 },
  promises: { ...HOUR, period: 60 },
  graphs: ONE_HOUR,
};
/** A drill's clock makes minutes of less than a second. */
export const DRILL_PACE: Pace = {
  every: { promises: 700, alarms: 500, nodes: 1_000, happenings: 1_000, graphs: 1_000, demand: 5_000 },
  promises: HOUR,
  graphs: THREE_HOURS,
};
