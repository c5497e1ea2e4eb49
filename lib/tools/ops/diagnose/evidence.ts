import type { Check } from '../../../../lambda/doctor/check';
import type { Shown } from '../../../../lambda/levers/request';
import { asker, DOCTOR_PATIENCE_MS } from '../../../../lambda/diagnosis/answer';
import { causesNamedBy, type Evidence as FoundEvidence } from '../../../../lambda/diagnosis/evidence';
import { RECENT, readRecent } from '../../../../lambda/diagnosis/recent';
import { ALARM_CAUSES } from '../../../constructs/observability/alarm-table/alarm-causes';
import { WENT_WRONG } from '../stage/went-wrong';
import { measurePromises } from '../stage/promises';
import type { AlarmState, ClusterState, Target } from '../stage/target';

/** What people are shown beside what the causes are found by. */
export interface Evidence extends FoundEvidence {
  alarm: AlarmState;
  cluster?: ClusterState;
  catalogue?: Shown;
  /** The promises by their ids. */
  promises: Readonly<Record<string, number | undefined>>;
  /** The newest lines that warn or fail, of search and warm-up. */
  complaints: string[];
  /** What could not be asked, and why: that may be the cause itself. */
  unanswered: string[];
}

/** What is looked at, whatever the alarm. */
type Seen = Omit<Evidence, 'alarm' | 'firing' | 'causes'>;

/** Joins what was seen with what the alarm's row names. @param firing names of the alarms that fire */
export function evidenceOf(alarm: AlarmState, firing: readonly string[], seen: Seen): Evidence {
  return { alarm, firing, causes: causesNamedBy(ALARM_CAUSES, alarm.name, firing), ...seen };
}

/** Asks everything at once, and waits long for the doctor alone; what doesn't answer is evidence too. */
export async function lookAround(target: Target, now = Date.now()): Promise<Seen> {
  const unanswered: string[] = [];
  const ask = asker(unanswered);
  const query = { from: now - RECENT.seconds * 1_000, limit: 3, anyOf: WENT_WRONG };
  const complaintsOf = async (name: 'search' | 'warm-up') => {
    const lines = (await ask(`log of ${name}`, () => target.logs(name, query))) ?? [];
    return lines.map(({ text }) => `${name}: ${text.slice(0, 300)}`);
  };
  const [cluster, nodeEvents, checks, catalogue, recent, promises, ...complaints] = await Promise.all([
    ask('cluster', () => target.cluster()),
    ask('events', () => target.nodeEvents()),
    ask('doctor', () => target.invoke('doctor', {}) as Promise<Check[]>, DOCTOR_PATIENCE_MS),
    ask('catalogue', () => target.invoke('operations', { operation: 'show' }) as Promise<Shown>),
    ask('metrics', () => readRecent(target, (terms) => target.series(terms, RECENT))),
    ask('promises', () => recentPromises(target)),
    complaintsOf('search'),
    complaintsOf('warm-up'),
  ]);
  return {
    ...(cluster === undefined ? {} : { cluster }),
    ...(nodeEvents === undefined ? {} : { nodeEvents }),
    ...(checks === undefined ? {} : { checks }),
    ...(catalogue === undefined ? {} : { catalogue }),
    ...(target.wayBack === undefined ? {} : { wayBack: target.wayBack }),
    recent: recent ?? {},
    promises: promises ?? {},
    asked: { metrics: recent !== undefined },
    complaints: complaints.flat(),
    unanswered,
  };
}

async function recentPromises(target: Target): Promise<Record<string, number | undefined>> {
  const reports = await measurePromises(target, [RECENT]);
  return Object.fromEntries(reports.map(({ id, windows: [recent] }) => [id, recent?.value]));
}
