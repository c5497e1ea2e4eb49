import { Command } from 'commander';
import { diffText } from '../lib/tools/changes/diff';
import { STAGES } from '../lib/stages/stages';

new Command('diff')
  .description('Says what a deploy would do to each stage since its snapshots were committed; needs no credentials')
  .parse();
console.log(diffText(STAGES));
