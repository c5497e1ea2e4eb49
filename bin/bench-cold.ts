import { Command, InvalidArgumentError } from 'commander';
import { ENV } from '../lambda/contract/environment';
import { FUNCTIONS, type FunctionName } from '../lambda/contract/functions';
import { createConversationFunction } from '../lambda/conversation/conversation-function';
import { createWarmUpFunction } from '../lambda/warm-up/warm-up-function';
import { measureStarts, type Candidate } from '../lib/bench/cold/starts';
import { coldTable, contentsTable } from '../lib/bench/cold/tables';
import { apiEvent } from '../lib/bench/api-event';
import { neverAsked } from '../lib/bench/questions';
import { saveResults } from '../lib/bench/results-file';
import { drawn } from '../lib/bench/table';
import { LAMBDA_NODE_VERSION, lambdaNode } from '../lib/local/lambda-node';
import { generateListings } from '../lib/local/listings';
import { startPostgres } from '../lib/local/postgres';
import { LocalCluster } from '../lib/local/valkey-cluster';
import { createVehicles } from '../lib/local/vehicles-table';

function wholeNumber(value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(value);
}

const program = new Command('bench-cold')
  .description(
    'Starts each function that serves the API as a new process and times its first answer, beside a bare handler',
  )
  .option('--json', 'print only an array, an object for each bundle')
  .option('--rounds <n>', 'starts of each', wholeNumber, 20)
  .option('--save', 'write docs/results/cold.json; npm run docs makes its page of it');

async function main(): Promise<void> {
  const { json, rounds, save } = program.parse().opts<{ json?: true; rounds: number; save?: true }>();
  const say = (text: string) => {
    if (!json) console.log(text);
  };
  const execPath = await lambdaNode();
  say('Starting PostgreSQL and a Valkey cluster…');
  const [postgres, cluster] = await Promise.all([startPostgres(), LocalCluster.start()]);
  try {
    await createVehicles(postgres.ownerUrl, generateListings());
    process.env.POWERTOOLS_METRICS_DISABLED = 'true';
    const environment = (name: FunctionName) => ({
      ...cluster.environment(FUNCTIONS[name].valkeyUser),
      [ENV.databaseUrl]: postgres.url,
      [ENV.stage]: 'bench',
    });
    const warmUp = createWarmUpFunction(environment('warm-up'));
    await warmUp.handler({});
    await warmUp.close();
    const session = `/v1/sessions/${await beginSession(environment('conversation'))}`;
    const own = (name: FunctionName, event: Candidate['event']): Candidate => ({
      name,
      entry: FUNCTIONS[name].entry,
      environment: environment(name),
      event,
    });
    say(`Measuring ${rounds} starts of each on Node.js ${LAMBDA_NODE_VERSION}, in turns…`);
    const figures = await measureStarts(
      [
        { ...own('search', () => ({})), name: 'bare', entry: 'lib/bench/cold/bare-handler.ts' },
        own('search', (i) => neverAsked(1 + i)),
        own('conversation', (i) =>
          apiEvent('POST', `${session}/questions`, {
            question: '조금 더',
            needs: { budgetMin: 2_000, budgetMax: 3_000 + i, persona: 'working_mom' },
          }),
        ),
        own('events', () => apiEvent('GET', `${session}/events`, undefined, 'after=0')),
      ],
      rounds,
      execPath,
    );
    if (save) {
      const versions = { node: LAMBDA_NODE_VERSION, valkey: cluster.version, postgres: postgres.version };
      say(`Written: ${saveResults('cold', figures, versions)}`);
    }
    if (json) console.log(JSON.stringify(figures));
    else console.log([drawn(coldTable(figures)), drawn(contentsTable(figures))].join('\n'));
  } finally {
    await Promise.all([postgres.stop(), cluster.stop()]);
  }
}

async function beginSession(environment: Record<string, string>): Promise<string> {
  const conversation = await createConversationFunction(environment);
  const { body } = await conversation.handler(apiEvent('POST', '/v1/sessions', { userId: 'bench', question: '?' }));
  await conversation.close();
  return (JSON.parse(body) as { sessionId: string }).sessionId;
}

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    process.exit(1);
  },
);
