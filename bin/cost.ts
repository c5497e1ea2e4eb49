import { Command } from 'commander';
import { wholeNumber } from '../lib/tools/text/command-arguments';
import { estimate } from '../lib/cost/estimate';
import { LOAD, type Load } from '../lib/cost/load';
import { PRICED_AT } from '../lib/cost/prices';
import { parseSettings } from '../lib/stages/parse-settings';
import type { StageSettings } from '../lib/stages/settings';
import { noStage } from '../lib/stages/stage-file';
import { STAGE_NAMES, STAGES } from '../lib/stages/stages';
import { drawTable } from '../lib/tools/text/table';
import { thousands } from '../lib/tools/text/thousands';
import { runProgram } from '../lib/tools/programs/run-program';

const program = new Command('npm run cost --')
  .description("Estimates what a stage costs in a month, from its settings and this project's prices")
  .option('--stage <name>', `this stage only: ${STAGE_NAMES.join(', ')}`)
  .option('--json', 'print only an array of {stage, totalUsd, budgetUsd, pricedAt, load, lines}')
  .option(
    '--live',
    "take today's prices from AWS's Price List, and say which differ; needs credentials that may pricing:GetProducts",
  )
  .option('--searches <n>', 'searches a month', wholeNumber, LOAD.searches)
  .option(
    '--conversation <n>',
    'requests for sessions, chats, preferences a month',
    wholeNumber,
    LOAD.conversationRequests,
  )
  .option('--event-waits <n>', "waits for a session's events a month", wholeNumber, LOAD.eventWaits)
  .option('--photos <n>', 'photos a month, in a stage that has them', wholeNumber, LOAD.photos);

async function main(): Promise<void> {
  const options = program.opts<{
    stage?: string;
    json?: true;
    live?: true;
    searches: number;
    conversation: number;
    eventWaits: number;
    photos: number;
  }>();
  const load = {
    searches: options.searches,
    conversationRequests: options.conversation,
    eventWaits: options.eventWaits,
    photos: options.photos,
  };
  const estimates = await Promise.all(
    (options.stage === undefined ? Object.keys(STAGES) : [options.stage]).map(async (stage) => {
      const input = STAGES[stage];
      if (input === undefined) throw new Error(noStage(stage, STAGES));
      const settings = parseSettings(stage, input);
      const { priced, live } = options.live ? await livePricesOf(settings, load) : {};
      const found = estimate(settings, load, priced);
      return { stage, budgetUsd: settings.monthlyBudgetUsd, pricedAt: PRICED_AT, load, ...found, live };
    }),
  );
  if (options.json) {
    console.log(JSON.stringify(estimates));
    return;
  }
  for (const { stage, totalUsd, budgetUsd, lines, live } of estimates) {
    const rows = lines.map(({ what, quantity, unit, usd, verified }) => [
      what,
      quantity.toLocaleString('en-US', { maximumFractionDigits: 2 }),
      unit,
      usd.toFixed(2),
      verified ? 'verified' : 'UNVERIFIED',
    ]);
    const head = [stage, 'quantity', 'of', 'USD a month', 'price'];
    const total = ['total', '', '', thousands(totalUsd), `${totalUsd > budgetUsd ? 'above ' : ''}budget ${budgetUsd}`];
    console.log(drawTable({ head, colAligns: ['left', 'right', 'left', 'right', 'left'] }, [...rows, total]));
    if (live !== undefined)
      console.log([...live.notes, `With built-in prices: ${live.builtInUsd} USD.`, ''].join('\n'));
  }
  console.log(
    `Prices of ${PRICED_AT.date} for ${PRICED_AT.region} on demand; each one's source stands in ` +
      'lib/cost/prices.ts, what is assumed in lib/cost/load.ts.',
  );
  console.log(
    `Load: ${thousands(load.searches)} searches, ${thousands(load.conversationRequests)} requests of ` +
      `conversations, ${thousands(load.eventWaits)} waits a month.`,
  );
}

/** The SDK is loaded only then. */
async function livePricesOf(settings: StageSettings, load: Load) {
  const { differences, livePrices } = await import('../lib/tools/cost/beside');
  const { listedProducts } = await import('../lib/tools/cost/listed-products');
  const { lookUp } = await import('../lib/tools/cost/price-list');
  const beside = await lookUp(listedProducts(settings.cache.nodeType), settings.region);
  const builtInUsd = estimate(settings, load).totalUsd;
  const priced = livePrices(beside, new Date().toISOString().slice(0, 10));
  return { priced, live: { builtInUsd, notes: differences(beside) } };
}

runProgram(program, main);
