import type { AlarmCauses, CauseId } from '../contract/causes';
import type { Check } from '../doctor/check';
import type { Shown } from '../levers/request';
import type { NodeEvent } from './node-events';
import type { Recent } from './recent';

/** How what ended is brought back where nothing does so by itself: what to type, and what that may cost. */
export interface WayBack {
  next: string;
  risk: string;
}

/** What speaks for one cause or another of an alarm. What could not be asked is left out. */
export interface Evidence {
  cluster?: { status: string; nodes: readonly { id: string; status: string }[] };
  /** What happened to nodes a while ago, the newest first. */
  nodeEvents?: readonly NodeEvent[];
  checks?: readonly Check[];
  catalogue?: Partial<Pick<Shown, 'current' | 'pinned' | 'bypass'>>;
  /** Names of the alarms that fire. */
  firing: readonly string[];
  /** What the alarm's row names as its causes, the likeliest first. */
  causes: readonly CauseId[];
  recent: Recent;
  /** The newest lines that warn or fail, of search and warm-up. */
  complaints?: readonly string[];
  /** Left out where ElastiCache replaces a node. */
  wayBack?: WayBack;
  /** What answered, where no data would mean something too. */
  asked: { metrics: boolean };
}

/** The kind of an alarm, without the node or function that it speaks of. */
const kindOf = (name: string) => name.split('-', 1)[0] ?? name;

/**
 * @returns what an alarm's row names as its causes, the likeliest first; of a composite alarm those of its parts, of
 * parts that fire first.
 * @param firing names of the alarms that fire
 */
export function causesNamedBy(table: AlarmCauses, name: string, firing: readonly string[]): CauseId[] {
  const kind = kindOf(name);
  const own = table.causes[kind];
  if (own !== undefined) return [...own];
  const fires = (part: string) => (firing.some((each) => kindOf(each) === part) ? 0 : 1);
  const ordered = [...(table.parts[kind] ?? [])].sort((a, b) => fires(a) - fires(b));
  return [...new Set(ordered.flatMap((part) => causesNamedBy(table, part, firing)))];
}
