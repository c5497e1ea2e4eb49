import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import type { Drill } from '../lib/tools/drills/drill';
import { DRILLS } from '../lib/tools/drills/drills';
import { FAULT_DRILLS } from '../lib/tools/drills/fault-drills';
import { DrillSystem } from '../lib/tools/drills/drill-system';
import { runDrill, type DrillMessage, type DrillReport } from '../lib/tools/drills/run-drill';
import { nearest } from '../lib/stages/messages';
import { drawTable } from '../lib/tools/text/table';
import { cacheFolderForAnotherTerminal } from '../lib/tools/engines/cache-folder';
import { besideProduction } from '../lib/tools/engines/engine-version';
import { readResults, saveResults } from '../lib/tools/text/results-file';
import { step } from '../lib/tools/programs/steps';
import { CODES, runProgram, type Run } from '../lib/tools/programs/run-program';

const program = new Command('npm run drill --')
  .description(
    'Breaks a local system for real, shows which alarms would go off, heals it and checks that it is well; ends ' +
      'with 1 if not',
  )
  .argument('[names...]', 'which drills, or faults that alarms notice; without a name they are listed')
  .option(
    '--hold',
    'break one thing, and stay broken until Enter or Ctrl-C: for whoever wants to find out with npm run ops -- --local',
  )
  .option('--all', 'all drills, then all faults')
  .option('--save', 'keep what the first messages said in docs/results/first-messages.json, for npm run docs')
  .option('--json', 'print data for programs');

const ALL: Readonly<Record<string, Drill>> = { ...DRILLS, ...FAULT_DRILLS };

async function main(run: Run): Promise<number> {
  const { json, hold, save, all } = program.opts<{ json?: true; hold?: true; save?: true; all?: true }>();
  const unknown = program.args.find((name) => !Object.hasOwn(ALL, name));
  if (unknown !== undefined) {
    const meant = nearest(unknown, Object.keys(ALL));
    const instead = meant === undefined ? '.' : `; did you mean ${meant}?`;
    throw new Error(`There is no drill "${unknown}"${instead} npm run drill lists all.`);
  }
  if (all && program.args.length > 0) throw new Error('--all plays everything: name no drill beside it.');
  if (hold) checkHeld(program.args, all === true, json === true || save === true);
  if (save && !all && program.args.length === 0)
    throw new Error('--save keeps what a played drill said: name drills, or give --all.');
  const names = all ? Object.keys(ALL) : program.args;
  if (names.length === 0) {
    console.log(json ? JSON.stringify(forPrograms(), undefined, 2) : list());
    return 0;
  }
  const reports: DrillReport[] = [];
  // What happens on the way to the stores needs proxies there.
  for (const [drills, proxied] of [
    [DRILLS, false],
    [FAULT_DRILLS, true],
  ] as const) {
    const played = names.filter((name) => drills[name] !== undefined);
    if (played.length === 0) continue;
    const system = await step('A second system, and what an hour of it looks like', async () => ({
      value: await run.own(() => DrillSystem.start(undefined, proxied)),
      line: 'A second system is well. The clock of its alarms runs 150 times faster: a minute takes 0.4 s.',
    }));
    for (const name of played) {
      const drill = drills[name];
      if (drill === undefined) continue;
      if (hold) return holdBroken(system, name, drill, run);
      const report = await runDrill(name, drill, system, (line) => console.error(line));
      reports.push(report);
      if (!json) console.log(`${show(report)}\n`);
      if (save) saveMessage(report, besideProduction(system.cluster.version));
    }
    await system.stop();
  }
  if (json) console.log(JSON.stringify(reports, undefined, 2));
  return reports.some(({ failures }) => failures.length > 0) ? 1 : 0;
}

/** @throws Error unless one is named, since each begins on a system that is well, and nothing is asked of its report */
function checkHeld(names: readonly string[], all: boolean, reported: boolean): void {
  if (all) throw new Error('--hold breaks what is named: leave out --all.');
  if (names.length === 0) throw new Error('Name what --hold breaks, such as npm run drill -- --hold kill-node.');
  if (names.length > 1)
    throw new Error(
      `--hold breaks one thing, since each drill begins on a system that is well: name one of ${names.join(', ')}.`,
    );
  if (reported) throw new Error('--hold plays no drill, so that there is no report: leave out --json and --save.');
}

/** The row of this drill alone, as soon as it was played; each says when. */
function saveMessage({ name, firstMessage }: DrillReport, valkey: string): void {
  const silent = { alarm: 'none', cause: 'nothing: no alarm told anybody', right: false };
  const played = new Date().toISOString().slice(0, 16) + 'Z';
  const rows = new Map(readResults<DrillMessage[]>('first-messages').figures.map((each) => [each.drill, each]));
  rows.set(name, { drill: name, ...(firstMessage ?? silent), played });
  saveResults(
    'first-messages',
    Object.keys(ALL).flatMap((each) => rows.get(each) ?? []),
    { valkey },
  );
}

/** Breaks what the drill breaks, and heals it when somebody says so: the engineer is rehearsed, and not the alarm. */
async function holdBroken(system: DrillSystem, name: string, drill: Drill, run: Run): Promise<number> {
  await run.own(() => system.operate());
  await system.break(drill);
  console.log(
    [
      'Something is broken. A minute of the alarms takes 0.4 s. In another terminal:',
      ...cacheFolderForAnotherTerminal(),
      '  npm run ops -- alarms --local',
      '  npm run ops -- diagnose <alarm> --local',
      'Enter heals it and says what it was; Ctrl-C ends everything.',
    ].join('\n'),
  );
  const input = createInterface({ input: process.stdin });
  await once(input, 'line', { signal: run.signal }).catch(() => undefined);
  input.close();
  if (run.signal.aborted) return CODES.ok;
  await system.heal(drill);
  console.log(`${name}: ${drill.breaks}. It is healed.`);
  return CODES.ok;
}

const forPrograms = () => Object.entries(ALL).map(([name, { breaks, rehearses }]) => ({ name, breaks, rehearses }));

function list(): string {
  const wide = Math.max(...Object.keys(ALL).map((name) => name.length)) + 2;
  const drills = Object.entries(DRILLS).map(([name, { breaks, rehearses }]) => [name, breaks, rehearses.join(', ')]);
  const faults = Object.entries(FAULT_DRILLS).map(([name, { breaks }]) => [name, breaks]);
  return [
    drawTable({ head: ['drill', 'what it does', 'alarms'], wordWrap: true, colWidths: [wide, 60, 28] }, drills),
    drawTable({ head: ['fault', 'what it does'], style: { compact: true } }, faults),
    'npm run drill -- <name> plays one: it breaks a system of its own, shows the alarms and heals it (a minute).',
  ].join('\n');
}

function show({ name, phases, alarms, firstMessage, failures }: DrillReport): string {
  const rows = Object.entries(phases).map(([phase, { searches, failed, byTier, milliseconds }]) => [
    phase,
    searches,
    failed,
    byTier.memory,
    byTier.hit,
    byTier.index,
    byTier.database,
    milliseconds.toFixed(1),
  ]);
  return [
    drawTable({ head: [name, 'searches', 'failed', 'memory', 'hit', 'index', 'database', 'ms, average'] }, rows),
    `alarms: ${alarms.map((alarm) => `${alarm.name} after ${alarm.afterMinutes} min`).join(', ') || 'none'}, by ` +
      'their clock',
    ...(firstMessage === undefined ? [] : [`first message, of ${firstMessage.alarm}: ${firstMessage.cause}`]),
    ...(failures.length === 0
      ? [`As it should be: the alarms went off, ${unanswered(phases.broken.failed)}, and it is well again.`]
      : failures.map((each) => `✖ ${each}`)),
  ].join('\n');
}

const unanswered = (failed: number) =>
  failed === 0 ? 'nobody was left without an answer' : `${failed} searches could have no answer`;

runProgram(program, main);
