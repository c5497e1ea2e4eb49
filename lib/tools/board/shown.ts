/**
 * What the board's server sends and its page shows: JSON, so what is not known is null. Both sides compile against it.
 */

/** What was asked for, or why it is not known. Times are of the system's own clock, ms since the epoch. */
export type Told<T> = { known: true; at: number; value: T } | { known: false; at: number; why: string };

export interface ShownPromise {
  id: string;
  name: string;
  target: number;
  bound: 'at least' | 'at most';
  unit: string;
  measuredAt: string;
  alarm: string;
  /** What it means if there are no data. */
  silence: string | null;
  /** Over the last hour. */
  value: number | null;
  kept: boolean | null;
  /** Whether there were events, but too few to judge it by; of so few that they say nothing there is no value. */
  few: boolean;
  series: (number | null)[];
}

/** An alarm that people are told of. */
export interface ShownAlarm {
  name: string;
  severity: 'page' | 'notify';
  /** Who feels what. */
  impact: string;
  /** Since when it fires. */
  since: number;
  /** The alarm that it follows from and that fires: while it does, nobody is told of this one. */
  follows: string | null;
  /** What to type first. */
  command: string;
  /** What of it fires, the cause in CloudWatch's words. */
  parts: { name: string; reason: string }[];
}

export interface ShownAlarms {
  firing: ShownAlarm[];
  /** How many alarms people are told of, and how many there are in all. */
  told: number;
  all: number;
}

export interface ShownNode {
  id: string;
  shard: string;
  role: 'primary' | 'replica' | 'unknown';
  zone: string;
  status: string;
  well: boolean;
  version: string;
  /** %, %, count, s: the newest value of the last quarter of an hour. */
  memory: number | null;
  cpu: number | null;
  connections: number | null;
  lag: number | null;
}

export interface ShownNodes {
  cluster: string;
  engine: string;
  nodes: ShownNode[];
  pending: string[];
}

export interface Happening {
  at: number;
  kind: 'deploy' | 'warm-up' | 'failover' | 'silence' | 'alarm' | 'drill';
  what: string;
}

/** Values of the dashboard's graphs and numbers, by the widget's position; of each of its lines, oldest first. */
export interface ShownGraphs {
  /** The end of the last period, and the length of one, ms. */
  end: number;
  period: number;
  values: (number | null)[][][];
}

/** A bar of a chart. */
export interface Bar {
  label: string;
  count: number;
}

export interface ShownDemand {
  personas: Bar[];
  /** By the band that the highest price lies in, 만원. */
  budgets: Bar[];
  cars: Bar[];
  /** For each question of a session: how many asked it, and how many of them stopped there. */
  steps: { question: number; reached: number; stopped: number; completed: number }[];
}

/** What is sent without being asked for, by the name of the event. */
export interface Feeds {
  promises: ShownPromise[];
  alarms: ShownAlarms;
  nodes: ShownNodes;
  happenings: Happening[];
  graphs: ShownGraphs;
  demand: ShownDemand;
}
export const FEED_NAMES = [
  'promises',
  'alarms',
  'nodes',
  'happenings',
  'graphs',
  'demand',
] as const satisfies readonly (keyof Feeds)[];
export type FeedName = (typeof FEED_NAMES)[number];

/** A line of a graph. */
interface GraphLine {
  label: string;
}

/** What CloudWatch draws, by the dashboard's own definition. Columns are of 24. */
export type Widget = { x: number; y: number; width: number; height: number } & (
  | { kind: 'text'; text: string }
  | { kind: 'alarms'; title: string; alarms: string[] }
  | {
      kind: 'graph' | 'number' | 'table';
      title: string;
      lines: GraphLine[];
      /** What it means if there are no data. */
      silence: string;
      stacked: boolean;
      thresholds: { value: number; label: string }[];
    }
);

/** What the page is told first. */
export interface About {
  /** The stage, or `local`. */
  stage: string;
  group: string;
  widgets: Widget[];
  /** Where searches and conversations can be tried: only in the local run. */
  tryIt: boolean;
  /** Drills that can be played: only in the local run. */
  drills: { name: string; breaks: string }[];
}

/** A drill under way. */
export interface DrillState {
  name: string;
  phase: 'starting' | 'broken' | 'healing' | 'healed' | 'failed';
  /** Whether its own system can be looked at. */
  watchable: boolean;
  /** Why it failed. */
  why?: string;
}

/** An alarm's page, with what diagnose found. */
export interface AlarmPage {
  name: string;
  /** What it says of now, and what it means. */
  told: string;
  /** What another terminal must be told before the commands find this system; null if nothing. */
  before: string | null;
  /** What to type; the first of them diagnoses. */
  command: string;
  causes: { cause: string; because: string; next: string; risk: string }[];
  complaints: string[];
  unanswered: string[];
  /** HTML of the project's own page, made without HTML of its source. */
  runbook: string;
}

export interface NodePage {
  id: string;
  /** When it was asked, by the system's own clock. */
  at: number;
  /** Changes of role and silences of the last day; null where they could not be asked. */
  changes: Happening[] | null;
  slow: { at: number; milliseconds: number; command: string }[] | null;
  unanswered: string[];
}
