import { endOf } from '../../../../lambda/diagnosis/metric-series';
import { METRICS } from '../../../../lambda/contract/metrics';
import { ofNode, own } from '../../../../lambda/contract/metric-term';
import type { Series, Window } from '../../ops/stage/series';
import type { Target } from '../../ops/stage/target';
import { answerOf } from '../../../../lambda/diagnosis/answer';
import type { Happening } from '../shown';
import type { BoardSystem } from './system';

const HOUR: Window = { name: 'hour', seconds: 3_600, period: 60 };
export const DAY: Window = { name: 'day', seconds: 86_400, period: 300 };
const SHOWN = 8;
/** Metrics come some minutes late; only a longer gap is a silence. */
const GAP = 3;

/** What happened last, the newest first: deploys, catalogues, failovers, nodes that fell silent, alarms. */
export async function happeningsFeed(system: BoardSystem, noted: readonly Happening[]): Promise<Happening[]> {
  const { target, clock } = system;
  const published = own(target.name, METRICS.cataloguesPublished, 'Sum');
  const roles = target.nodeIds.map((id) => ofNode(id, 'IsMaster', 'Maximum'));
  const [[catalogues = [], ...masters], deploy] = await Promise.all([
    target.series([published, ...roles], HOUR),
    answerOf('the last deploy', () => target.deployedAt()),
  ]);
  const now = clock();
  return [
    ...noted,
    ...(deploy.known && deploy.value !== undefined ? [deployed(target, deploy.value)] : []),
    ...positions(catalogues, now, HOUR)
      .filter(({ value = 0 }) => value > 0)
      .map(({ at }): Happening => ({ at, kind: 'warm-up', what: 'A new catalogue was published' })),
    ...masters.flatMap((series, i) => roleChanges(target.nodeIds[i] ?? '', series, now, HOUR)),
  ]
    .sort((a, b) => b.at - a.at)
    .slice(0, SHOWN);
}

const deployed = ({ name }: Target, at: number): Happening => ({
  at,
  kind: 'deploy',
  what: name === 'local' ? 'The local system was started' : 'The stage was deployed',
});

/** What ElastiCache's IsMaster says of a node: when it became primary or replica, and when it said nothing. */
export function roleChanges(id: string, series: Series, now: number, window: Window): Happening[] {
  const found: Happening[] = [];
  let before: number | undefined;
  let silent = 0;
  for (const { at, value } of positions(series, now, window)) {
    if (value === undefined) {
      silent++;
      if (before !== undefined && silent === GAP) found.push({ at, kind: 'silence', what: `${id} reports nothing` });
      continue;
    }
    if (before !== undefined && silent >= GAP) found.push({ at, kind: 'silence', what: `${id} reports again` });
    if (before !== undefined && value !== before)
      found.push({ at, kind: 'failover', what: `${id} became ${value > 0 ? 'the primary' : 'a replica'}` });
    before = value;
    silent = 0;
  }
  return found;
}

/** When each period of a window began. */
function positions(series: Series, now: number, { period }: Window): { at: number; value: number | undefined }[] {
  const ms = period * 1_000;
  const end = endOf(now, period);
  return series.map((value, i) => ({ at: end - (series.length - i) * ms, value }));
}
