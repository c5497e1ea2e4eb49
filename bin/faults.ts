import { Command } from 'commander';
import { besideProduction } from '../lib/tools/engines/engine-version';
import { readResults, replaceFigures, saveResults } from '../lib/tools/text/results-file';
import { drawn } from '../lib/tools/text/table';
import type { FaultResult } from '../lib/tools/faults/lab/fault';
import { FAULTS, faultsNamed, rotatingSample } from '../lib/tools/faults/faults';
import { wholeNumberAboveZero } from '../lib/tools/text/command-arguments';
import { Lab } from '../lib/tools/faults/lab/lab';
import { playFault, undisturbed, unplayed } from '../lib/tools/faults/play';
import { faultTable } from '../lib/tools/faults/table';
import { CODES, runProgram, type Run } from '../lib/tools/programs/run-program';

const REQUESTS = 1_000;
/** What a sample plays, with fewer requests, within two minutes on two cores. */
const SAMPLE = { size: 8, requests: 400, mostMs: 110_000 };
const DAY_MS = 86_400_000;

interface Options {
  json?: true;
  sample?: true;
  requests?: number;
  only?: string[];
  save?: true;
}

const program = new Command('npm run faults --')
  .description(
    'Plays what can go wrong against the search function on real engines, and compares every answer with the truth',
  )
  .option('--json', 'print only an array of {fault, requests, wrong, errors5xx, addedMs, recoveryMs, pass}')
  .option(
    '--requests <n>',
    `searches a fault (default: ${REQUESTS}; of a sample ${SAMPLE.requests})`,
    wholeNumberAboveZero,
  )
  .option('--sample', 'another part of the faults each day, in two minutes; times are shown and not judged')
  .option('--only <names...>', 'these faults only')
  .option('--save', 'write docs/results/faults.json (with --only these rows of it); npm run docs makes its page of it');

async function main(run: Run): Promise<number> {
  const { json, sample, only, save, requests: asked } = program.opts<Options>();
  const say = (text: string) => {
    if (!json) console.log(text);
  };
  const faults = only
    ? faultsNamed(only.flatMap((each) => each.split(',')))
    : sample
      ? rotatingSample(today(), SAMPLE.size)
      : FAULTS;
  const requests = asked ?? (sample ? SAMPLE.requests : REQUESTS);
  const began = Date.now();
  const results: FaultResult[] = [];
  const versions: Record<string, string> = {};
  for (const shards of [3, 1] as const) {
    const here = faults.filter((fault) => (fault.shards ?? 3) === shards);
    if (here.length === 0) continue;
    say(
      'Starting PostgreSQL, ' +
        `${shards === 1 ? 'one primary with a replica' : 'three primaries with a replica each'}, and two ` +
        'processes of the search function…',
    );
    let lab = await run.own(() => Lab.start(shards));
    Object.assign(versions, { valkey: besideProduction(lab.cluster.version), postgres: lab.postgres.version });
    const medianMs = await undisturbed(lab);
    say(
      `Valkey ${versions.valkey}, PostgreSQL ${versions.postgres}. Undisturbed, a search takes ` +
        `${medianMs.toFixed(2)} ms (median, both processes at once). ${here.length} faults:`,
    );
    for (const fault of here) {
      if (sample && Date.now() - began > SAMPLE.mostMs) break;
      const start = Date.now();
      let result: FaultResult;
      try {
        result = await playFault(lab, fault, requests, medianMs, !sample);
      } catch (error) {
        // The others are played all the same, on engines that nothing was done to.
        result = unplayed(fault, error as Error);
        await lab.stop();
        lab = await run.own(() => Lab.start(shards));
      }
      results.push(result);
      say(
        `${result.pass ? 'holds ' : 'BROKEN'} ${fault.name} (${seconds(start)} s): ` +
          `${fault.what}${result.notes ? ` — ${result.notes}` : ''}${result.reason ? ` — ${result.reason}` : ''}`,
      );
    }
    await lab.stop();
  }
  if (save) say(`Written: ${only ? saveSome(results) : saveResults('faults', results.map(row), versions)}`);
  console.log(json ? JSON.stringify(results.map(figures)) : drawn(faultTable(results)));
  return results.every(({ pass }) => pass) ? CODES.ok : CODES.found;
}

const seconds = (since: number) => ((Date.now() - since) / 1_000).toFixed(1);

/** What is promised of `--json`, and no more. */
const figures = ({ fault, requests, wrong, errors5xx, addedMs, recoveryMs, pass }: FaultResult) => ({
  fault,
  requests,
  wrong,
  errors5xx,
  addedMs,
  recoveryMs,
  pass,
});

/** What is kept of a result: its own figures too. */
const row = (result: FaultResult) => ({
  ...figures(result),
  ...(result.notes === undefined ? {} : { notes: result.notes }),
});

/** The rows of these faults alone; each says when it was played. */
function saveSome(results: readonly FaultResult[]): string {
  const played = new Date().toISOString().slice(0, 16) + 'Z';
  const rows = new Map(readResults<FaultResult[]>('faults').figures.map((each) => [each.fault, each]));
  for (const each of results) rows.set(each.fault, { ...row(each), played });
  return replaceFigures(
    'faults',
    FAULTS.flatMap(({ name }) => rows.get(name) ?? []),
  );
}

/** Another number each day. */
const today = () => Math.floor(Date.now() / DAY_MS);

runProgram(program, main);
