import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { DRILLS } from '../lib/tools/drills/drills';
import { DrillSystem } from '../lib/tools/drills/drill-system';
import { runDrill, type DrillMessage, type DrillReport } from '../lib/tools/drills/run-drill';
import { drawTable } from '../lib/tools/text/table';
import { saveResults } from '../lib/tools/text/results-file';
import { CODES, runProgram, type Run } from '../lib/tools/programs/run-program';

const program = new Command('drill')
  .description(
    'Breaks a local system for real, shows which alarms would go off, heals it and checks that it is well; ends with 1 if not',
  )
  .argument('[names...]', 'which drills; without a name they are listed')
  .option(
    '--hold',
    'break, and stay broken until Enter or Ctrl-C: for whoever wants to find out with npm run ops -- --local',
  )
  .option('--save', 'write docs/results/first-messages.json; npm run docs makes its page of it')
  .option('--json', 'print data for programs');

async function main(run: Run): Promise<number> {
  const { json, hold, save } = program.opts<{ json?: true; hold?: true; save?: true }>();
  const unknown = program.args.filter((name) => DRILLS[name] === undefined);
  if (unknown.length > 0)
    throw new Error(`There is no drill ${unknown.join(', ')}; there are ${Object.keys(DRILLS).join(', ')}.`);
  if (program.args.length === 0) {
    console.log(list());
    return 0;
  }
  const system = await run.own(() => DrillSystem.start());
  if (hold) return holdBroken(system, program.args, run);
  const reports: DrillReport[] = [];
  for (const name of program.args) {
    const drill = DRILLS[name];
    if (drill === undefined) continue;
    const report = await runDrill(name, drill, system, (line) => console.error(line));
    reports.push(report);
    if (!json) console.log(`${show(report)}\n`);
  }
  if (json) console.log(JSON.stringify(reports, undefined, 2));
  const silent = { alarm: 'none', cause: 'nothing: no alarm told anybody', right: false };
  const messages = reports.map(({ name, firstMessage = silent }): DrillMessage => ({ drill: name, ...firstMessage }));
  if (save) console.error(`Written: ${saveResults('first-messages', messages, {})}`);
  return reports.some(({ failures }) => failures.length > 0) ? 1 : 0;
}

/** Breaks what the drills break, and heals it when somebody says so: the engineer is rehearsed, and not the alarm. */
async function holdBroken(system: DrillSystem, names: readonly string[], run: Run): Promise<number> {
  const drills = names.flatMap((name) => DRILLS[name] ?? []);
  await run.own(() => system.operate());
  for (const each of drills) await each.break(system);
  console.log(
    [
      'Something is broken. A minute of the alarms takes 0.4 s. In another terminal:',
      '  npm run ops -- alarms --local',
      '  npm run ops -- diagnose <alarm> --local',
      'Enter heals it and says what it was; Ctrl-C ends everything.',
    ].join('\n'),
  );
  const input = createInterface({ input: process.stdin });
  await once(input, 'line', { signal: run.signal }).catch(() => undefined);
  input.close();
  if (run.signal.aborted) return CODES.ok;
  for (const each of drills) await each.heal(system);
  for (const [i, { breaks }] of drills.entries()) console.log(`${names[i] ?? ''}: ${breaks}. It is healed.`);
  return CODES.ok;
}

function list(): string {
  return drawTable(
    { head: ['drill', 'what it does', 'alarms'], wordWrap: true, colWidths: [20, 70, 28] },
    Object.entries(DRILLS).map(([name, { breaks, rehearses }]) => [name, breaks, rehearses.join(', ')]),
  );
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
    drawTable({ head: [name, 'searches', 'failed', 'memory', 'hit', 'index', 'database', 'ms'] }, rows),
    `alarms: ${alarms.map((alarm) => `${alarm.name} after ${alarm.afterMinutes} min`).join(', ') || 'none'}`,
    ...(firstMessage === undefined ? [] : [`first message, of ${firstMessage.alarm}: ${firstMessage.cause}`]),
    ...(failures.length === 0
      ? [`As it should be: the alarms went off, ${unanswered(phases.broken.failed)}, and it is well again.`]
      : failures.map((each) => `✖ ${each}`)),
  ].join('\n');
}

const unanswered = (failed: number) =>
  failed === 0 ? 'nobody was left without an answer' : `${failed} searches could have no answer`;

runProgram(program, main);
