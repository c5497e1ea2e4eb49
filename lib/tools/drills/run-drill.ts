import { setTimeout as sleep } from 'node:timers/promises';
import type { DrillSystem } from './drill-system';
import type { Drill } from './drill';
import type { Experience } from './load';

const LOOK_EVERY_MS = 250;
const MINUTE_MS = 60_000;
/** Two periods of the slowest alarm and some, by the metrics' clock: what has not gone off by then would not. */
const MOST_BROKEN_MINUTES = 110;
const MOST_HEALING_MINUTES = 150;
const WELL_MS = 3_000;

/** What was said under a drill or fault, and whether it is true. */
export interface DrillMessage extends NonNullable<DrillReport['firstMessage']> {
  drill: string;
  /** When it was played, ISO 8601. */
  played: string;
}

export interface DrillReport {
  name: string;
  phases: Record<'well' | 'broken' | 'healed', Experience>;
  /** Alarms that went off while it was broken, and after how many minutes of the metrics' clock. */
  alarms: { name: string; afterMinutes: number }[];
  /** Of the first alarm that tells somebody: what its message names, and whether that is true. */
  firstMessage?: { alarm: string; cause: string; right: boolean };
  /** What was promised and did not happen; empty if the drill went as it should. */
  failures: string[];
}

/**
 * Breaks the system, waits for the alarms, heals it and waits until it is well again. The system can be used for the
 * next drill.
 */
export async function runDrill(
  name: string,
  drill: Drill,
  system: DrillSystem,
  progress: (line: string) => void,
): Promise<DrillReport> {
  const failures: string[] = [];
  // What was broken before may still be told of, and would hide what is told now.
  const { clock } = system.telemetry.metrics;
  for (const until = clock() + MOST_HEALING_MINUTES * MINUTE_MS; system.telling().length > 0 && clock() < until;)
    await sleep(LOOK_EVERY_MS);
  system.load.take();
  await sleep(WELL_MS);
  const well = system.load.take();
  const before = system.firing();
  const told = system.telling();
  for (const each of drill.rehearses.filter((wanted) => before.some((alarm) => fits(alarm, wanted))))
    failures.push(`${each} was firing before anything was broken`);

  progress(`${name}: ${drill.breaks}`);
  const brokenAt = clock();
  await attempt('breaking it', () => system.break(drill), failures);
  // Breaking may itself take long, on a slow machine.
  const waitUntil = clock() + MOST_BROKEN_MINUTES * MINUTE_MS;
  const fired = new Map<string, number>();
  const missing = () => drill.rehearses.filter((wanted) => ![...fired.keys()].some((alarm) => fits(alarm, wanted)));
  let message: Promise<FirstMessage> | undefined;
  while ((missing().length > 0 || message === undefined) && clock() < waitUntil) {
    await sleep(LOOK_EVERY_MS);
    message ??= messageOf(drill, system, told);
    for (const alarm of system.firing().filter((each) => !before.includes(each) && !fired.has(each))) {
      fired.set(alarm, Math.round((clock() - brokenAt) / MINUTE_MS));
      progress(`  alarm ${alarm}`);
    }
  }
  failures.push(...missing().map((wanted) => `${wanted} did not go off`));
  const firstMessage = await (message ?? messageOf(drill, system, told));
  if (firstMessage === undefined) failures.push('no alarm told anybody');
  else if (!firstMessage.right)
    failures.push(`the first message, of ${firstMessage.alarm}, names: ${firstMessage.cause}`);
  const broken = system.load.take();
  if (!drill.noticed && broken.failed > 0) failures.push(`${broken.failed} searches got no answer while it was broken`);

  progress(`  healing`);
  await attempt('healing it', () => system.heal(drill), failures);
  const healed = await untilWell(system, told, failures);
  if (healed.failed > 0) failures.push(`${healed.failed} searches got no answer after it was healed`);
  const alarms = [...fired].map(([alarm, afterMinutes]) => ({ name: alarm, afterMinutes }));
  return { name, phases: { well, broken, healed }, alarms, ...(firstMessage ? { firstMessage } : {}), failures };
}

type FirstMessage = DrillReport['firstMessage'];

/** @returns what is said of the first alarm that tells somebody; undefined while none does. */
function messageOf(
  { causes }: Drill,
  system: DrillSystem,
  before: readonly string[],
): Promise<FirstMessage> | undefined {
  const [alarm] = system.telling().filter((name) => !before.includes(name));
  return (alarm &&
    system.firstMessage(alarm).then(({ causes: [likeliest] }) => ({
      alarm,
      cause: likeliest === undefined ? 'nothing' : `${likeliest.cause}: ${likeliest.because}`,
      right: likeliest !== undefined && causes.includes(likeliest.id),
    }))) as Promise<FirstMessage> | undefined;
}

/** What a drill could not do is a failure of that drill; the reports of the others stay. */
async function attempt(what: string, work: () => Promise<unknown>, failures: string[]): Promise<void> {
  try {
    await work();
  } catch (error) {
    failures.push(`${what} failed: ${(error as Error).message}`);
  }
}

/**
 * Well: nobody would be told of anything, and searches need no database. A part alone may remember the fault for its
 * six hours.
 */
async function untilWell(system: DrillSystem, told: readonly string[], failures: string[]): Promise<Experience> {
  const { clock } = system.telemetry.metrics;
  const deadline = clock() + MOST_HEALING_MINUTES * MINUTE_MS;
  let experience = system.load.take();
  while (clock() < deadline) {
    await sleep(1_000);
    experience = system.load.take();
    const still = system.telling().filter((alarm) => !told.includes(alarm));
    if (still.length === 0 && experience.searches > 0 && experience.failed + experience.byTier.database === 0)
      return experience;
  }
  failures.push(
    `not well ${MOST_HEALING_MINUTES} min after healing, by their clock: ` +
      (system.telling().join(', ') || 'searches still ask the database'),
  );
  return experience;
}

function fits(alarm: string, wanted: string): boolean {
  return wanted.endsWith('*') ? alarm.startsWith(wanted.slice(0, -1)) : alarm === wanted;
}
