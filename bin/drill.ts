import Table from 'cli-table3';
import { Command } from 'commander';
import { DRILLS } from '../lib/tools/drills/drills';
import { DrillSystem } from '../lib/tools/drills/drill-system';
import { runDrill, type DrillReport } from '../lib/tools/drills/run-drill';
import { runProgram, type Run } from '../lib/tools/programs/run-program';

const program = new Command('drill')
  .description(
    'Breaks a local system for real, shows which alarms would go off, heals it and checks that it is well; ends with 1 if not',
  )
  .argument('[names...]', 'which drills; without a name they are listed')
  .option('--json', 'print data for programs');

async function main(run: Run): Promise<number> {
  const { json } = program.opts<{ json?: true }>();
  const unknown = program.args.filter((name) => DRILLS[name] === undefined);
  if (unknown.length > 0)
    throw new Error(`There is no drill ${unknown.join(', ')}; there are ${Object.keys(DRILLS).join(', ')}.`);
  if (program.args.length === 0) {
    console.log(list());
    return 0;
  }
  const system = await run.own(
    () => DrillSystem.start(),
    (started) => started.stop(),
  );
  const reports: DrillReport[] = [];
  for (const name of program.args) {
    const drill = DRILLS[name];
    if (drill === undefined) continue;
    const report = await runDrill(name, drill, system, (line) => console.error(line));
    reports.push(report);
    if (!json) console.log(`${show(report)}\n`);
  }
  if (json) console.log(JSON.stringify(reports, undefined, 2));
  return reports.some(({ failures }) => failures.length > 0) ? 1 : 0;
}

function list(): string {
  const table = new Table({
    head: ['drill', 'what it does', 'alarms'],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [20, 70, 28],
  });
  for (const [name, { breaks, rehearses }] of Object.entries(DRILLS)) table.push([name, breaks, rehearses.join(', ')]);
  return table.toString();
}

function show({ name, phases, alarms, failures }: DrillReport): string {
  const table = new Table({
    head: [name, 'searches', 'failed', 'memory', 'hit', 'index', 'database', 'ms'],
    style: { head: [], border: [] },
  });
  for (const [phase, { searches, failed, byTier, milliseconds }] of Object.entries(phases))
    table.push([
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
    table.toString(),
    `alarms: ${alarms.map((alarm) => `${alarm.name} after ${alarm.afterMinutes} min`).join(', ') || 'none'}`,
    ...(failures.length === 0
      ? [`As it should be: the alarms went off, ${unanswered(phases.broken.failed)}, and it is well again.`]
      : failures.map((each) => `✖ ${each}`)),
  ].join('\n');
}

const unanswered = (failed: number) =>
  failed === 0 ? 'nobody was left without an answer' : `${failed} searches could have no answer`;

runProgram(program, main);
