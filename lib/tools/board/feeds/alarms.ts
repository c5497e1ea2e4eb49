import { kindOf } from '../../../constructs/observability/alarm-table/alarm';
import type { AlarmState } from '../../ops/stage/target';
import { typed } from '../../../../lambda/diagnosis/typed';
import type { BoardDefinition } from '../definition/definition';
import type { Happening, ShownAlarm, ShownAlarms } from '../shown';
import type { BoardSystem } from './system';

/** Remembers what has changed since the board was opened. */
export class AlarmWatch {
  private readonly changes: Happening[] = [];
  private looked = false;
  private known = new Set<string>();

  async feed({ target, definition, clock, typedFor }: BoardSystem): Promise<ShownAlarms> {
    const states = await target.alarms();
    const now = clock();
    const firing = states.filter(({ state }) => state === 'ALARM');
    const shown = firing.flatMap((alarm) => {
      const row = definition.alarms.get(alarm.name);
      return row === undefined || row.severity === 'part'
        ? []
        : [
            {
              ...show(alarm, definition, firing),
              command: typed(`npm run ops -- diagnose ${alarm.name}`, typedFor),
            },
          ];
    });
    this.note(shown, now);
    const told = [...definition.alarms.values()].filter(({ severity }) => severity !== 'part').length;
    const rank = ({ severity, follows }: ShownAlarm) => (severity === 'page' ? 0 : follows === null ? 1 : 2);
    return { firing: shown.sort((a, b) => rank(a) - rank(b)), told, all: states.length };
  }

  /** Alarms that began or ended while the board looked, the newest last. */
  happenings(): readonly Happening[] {
    return this.changes;
  }

  /** Who opens the board is told of changes, not of what has been so. */
  private note(shown: readonly ShownAlarm[], now: number): void {
    const names = new Set(shown.map(({ name }) => name));
    if (this.looked) {
      for (const name of names) if (!this.known.has(name)) this.add(now, `${name} fires`);
      for (const name of this.known) if (!names.has(name)) this.add(now, `${name} is well again`);
    }
    this.known = names;
    this.looked = true;
  }

  private add(at: number, what: string): void {
    this.changes.push({ at, kind: 'alarm', what });
    if (this.changes.length > 20) this.changes.shift();
  }
}

function show(
  { name, since, reason }: AlarmState,
  { alarms }: BoardDefinition,
  firing: readonly AlarmState[],
): Omit<ShownAlarm, 'command'> {
  const row = alarms.get(name);
  const fires = (id: string) => firing.some((each) => each.name === id);
  const partsOf = (kinds: readonly string[]): ShownAlarm['parts'] =>
    firing
      .filter((each) => kinds.includes(kindOf(each.name)))
      .flatMap((each) => {
        const deeper = partsOf(alarms.get(each.name)?.of ?? []);
        return deeper.length > 0 ? deeper : [{ name: each.name, reason: each.reason }];
      });
  const parts = partsOf(row?.of ?? []);
  return {
    name,
    severity: row?.severity === 'page' ? 'page' : 'notify',
    impact: row?.impact ?? '',
    since: Date.parse(since),
    follows: row?.follows !== undefined && fires(row.follows) ? row.follows : null,
    parts: parts.length > 0 ? parts : [{ name, reason }],
  };
}
