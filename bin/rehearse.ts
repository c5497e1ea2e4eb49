import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { describeError } from '../lib/tools/programs/describe-error';
import { CODES, runProgram } from '../lib/tools/programs/run-program';
import { NEEDED, STEPS } from '../lib/tools/rehearse/rehearse';
import { startRehearsal } from '../lib/tools/rehearse/rehearsal';

const program = new Command('npm run rehearse --').description(
  'A whole deploy, its updates and its end in an emulated account, with IAM enforced. Needs Python 3 with venv',
);

/** Of the emulator's log, so many lines tell why a step failed. */
const LAST_LINES = 25;

runProgram(program, async (run) => {
  const seconds = (since: number) => `${((Date.now() - since) / 1_000).toFixed(0)} s`;
  const began = Date.now();
  const rehearsal = await startRehearsal(run);
  console.log(`emulated account and engines: ${seconds(began)}`);
  let failed = 0;
  for (const [i, [title, work]] of STEPS.entries()) {
    const since = Date.now();
    try {
      console.log(`✔ ${title}: ${await work(rehearsal)} (${seconds(since)})`);
    } catch (error) {
      const log = readFileSync(rehearsal.emulator.logFile, 'utf8').trimEnd().split('\n').slice(-LAST_LINES);
      console.error(`✖ ${title}\n${describeError(error)}\n\nThe emulator's last words:\n${log.join('\n')}`);
      failed++;
      // The stage is up after these; what comes then tells something in any case.
      if (i < NEEDED) return CODES.found;
    }
  }
  console.log(`Rehearsal: ${STEPS.length - failed} passed, ${failed} failed, in ${seconds(began)}`);
  return failed === 0 ? CODES.ok : CODES.found;
});
