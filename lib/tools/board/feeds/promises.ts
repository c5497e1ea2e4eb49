import { measurePromises } from '../../ops/stage/promises';
import type { ShownPromise } from '../shown';
import type { BoardSystem } from './system';

/**
 * The promises over the last hour, as `npm run ops -- promises` has them; one that another one measures too is left
 * out.
 */
export async function promisesFeed({ target, definition, pace }: BoardSystem): Promise<ShownPromise[]> {
  const reports = await measurePromises(target, [pace.promises]);
  return reports
    .filter(({ beside }) => beside === undefined)
    .map(({ windows: [hour], ...promise }) => ({
      ...promise,
      silence: definition.alarms.get(promise.alarm)?.missing?.because ?? null,
      value: hour?.value ?? null,
      kept: hour?.kept ?? null,
      few: hour?.few ?? false,
      series: (hour?.series ?? []).map((value) => value ?? null),
    }));
}
