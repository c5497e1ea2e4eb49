import { Command } from 'commander';
import { STAGES } from '../lib/stages/stages';
import { diffText } from '../lib/tools/changes/diff';
import { runProgram } from '../lib/tools/programs/run-program';

const program = new Command('npm run diff --').description(
  'Says what a deploy would do to each stage since its snapshots were committed; needs no credentials',
);

runProgram(program, () => {
  console.log(diffText(STAGES));
  return Promise.resolve();
});
