import { Command } from 'commander';
import { measureQuality, qualityTable } from '../lib/tools/bench/recommendation-quality';
import { saveResults } from '../lib/tools/text/results-file';
import { drawn } from '../lib/tools/text/table';
import { runProgram } from '../lib/tools/programs/run-program';

const program = new Command('npm run bench:recommendations --')
  .description(
    'Measures on generated people with known tastes how much better recommendations are than the plain order',
  )
  .option('--save', 'write docs/results/recommendations.json; npm run docs makes its page of it');

runProgram(program, () => {
  const { save } = program.opts<{ save?: true }>();
  const qualities = measureQuality([0, 5, 20, 50, 200]);
  if (save) saveResults('recommendations', qualities, {});
  console.log(drawn(qualityTable(qualities)));
});
