import { Command } from 'commander';
import { wholeNumber, wholeSeconds } from '../lib/tools/text/command-arguments';
import { fuzz } from '../lib/tools/fuzz/fuzz';
import { thousands } from '../lib/tools/text/thousands';
import { CODES, runProgram, type Run } from '../lib/tools/programs/run-program';

const program = new Command('npm run fuzz --')
  .description(
    'Asks every operation of the API hostile questions over HTTP: no 5xx, nothing but JSON, no key that is not ours',
  )
  .option('--json', 'print only {seed, requests, statuses, faults, strayKeys, schemathesis}')
  .option('--seconds <n>', 'how long', wholeSeconds, 60)
  .option('--schemathesis <program>', 'let this program ask too, for half of the time, from docs/openapi.json')
  .option('--seed <n>', 'the same requests again', wholeNumber, Date.now() % 1_000_000);

async function main(run: Run): Promise<number> {
  const { json, seconds, seed, schemathesis } = program.opts<{
    json?: true;
    seconds: number;
    seed: number;
    schemathesis?: string;
  }>();
  const report = await fuzz({ seconds, seed, schemathesis }, run);
  const { requests, statuses, faults, strayKeys } = report;
  const amiss = faults.length + strayKeys.length + (report.schemathesis?.amiss === undefined ? 0 : 1);
  if (json) console.log(JSON.stringify(report));
  else {
    console.log(`Seed ${seed}: ${thousands(requests)} requests, by status ${JSON.stringify(statuses)}`);
    for (const { request, fault } of faults.slice(0, 20)) console.log(`${fault}\n  ${JSON.stringify(request)}`);
    for (const key of strayKeys) console.log(`A key that is not ours, or never ends: ${key}`);
    if (report.schemathesis !== undefined) {
      const { cases, amiss: found = '' } = report.schemathesis;
      console.log(`schemathesis: ${cases}\n${found}`.trimEnd());
    }
    if (amiss === 0) console.log('Nothing amiss.');
  }
  return amiss > 0 ? CODES.found : CODES.ok;
}

runProgram(program, main);
