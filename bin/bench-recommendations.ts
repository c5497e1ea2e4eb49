import Table from 'cli-table3';
import { Command } from 'commander';
import { measureQuality } from '../lib/bench/recommendation-quality';

const { json } = new Command('bench:recommendations')
  .description(
    'Measures on generated people with known tastes how much better recommendations are than the plain order',
  )
  .option('--json', 'print only an array of {signals, before, after}, NDCG@20')
  .parse()
  .opts<{ json?: true }>();

const qualities = measureQuality([0, 5, 20, 50, 200]);
if (json) console.log(JSON.stringify(qualities));
else {
  const table = new Table({ head: ['signals', 'NDCG@20, plain order', 'NDCG@20, recommendations'] });
  for (const { signals, before, after } of qualities) table.push([signals, before.toFixed(3), after.toFixed(3)]);
  console.log(table.toString());
}
