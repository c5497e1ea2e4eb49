import type { APIGatewayProxyResult } from 'aws-lambda';
import { Command } from 'commander';
import { FUNCTIONS, type FunctionName } from '../lambda/contract/functions';
import { besideProduction } from '../lib/tools/engines/engine-version';
import { measure } from '../lib/tools/bench/worker';
import { measureStarts, type Candidate } from '../lib/tools/bench/cold/starts';
import { coldTable, contentsTable } from '../lib/tools/bench/cold/tables';
import { startPhotoOrigin } from '../lib/tools/example-data/photo-origin';
import { apiEvent, searchEvent } from '../lib/tools/local-stage/api-event';
import { neverAsked } from '../lib/tools/bench/questions';
import { saveResults } from '../lib/tools/text/results-file';
import { drawn } from '../lib/tools/text/table';
import { wholeNumberAboveZero } from '../lib/tools/text/command-arguments';
import { LAMBDA_NODE_VERSION, lambdaNode } from '../lib/tools/local-stage/lambda-node';
import { generateListings } from '../lib/tools/example-data/listings';
import { LocalFunctions } from '../lib/tools/local-stage/local-system';
import { startEngines } from '../lib/tools/local-stage/start-engines';
import { runProgram, type Run } from '../lib/tools/programs/run-program';

const program = new Command('npm run bench:cold --')
  .description(
    'Starts each function that somebody waits for as a new process and times its first answer, beside a bare handler',
  )
  .option('--rounds <n>', 'starts of each', wholeNumberAboveZero, 20)
  .option('--save', 'write docs/results/cold.json; npm run docs makes its page of it');

async function main(run: Run): Promise<void> {
  const { rounds, save } = program.opts<{ rounds: number; save?: true }>();
  const execPath = await lambdaNode();
  console.log('Starting PostgreSQL and a Valkey cluster…');
  const { postgres, cluster } = await run.own(() => startEngines(generateListings()));
  const photos = await run.own(startPhotoOrigin);
  const functions = await run.own(() => new LocalFunctions(cluster, postgres.url, undefined, photos));
  await functions.warmUp();
  // As in production, what is asked most is known, and loaded at the start.
  const environments = { search: functions.environment('search'), 'warm-up': functions.environment('warm-up') };
  await measure('cold/asked-worker.ts', environments);
  const photo = await photosOf(functions);
  const began = apiEvent('POST', '/v1/sessions', { userId: 'bench', question: '?' });
  const { body } = (await functions.invoke('conversation', began)) as APIGatewayProxyResult;
  const session = `/v1/sessions/${(JSON.parse(body) as { sessionId: string }).sessionId}`;
  const own = (name: FunctionName, event: Candidate['event']): Candidate => ({
    name,
    entry: FUNCTIONS[name].entry,
    environment: functions.environment(name),
    event,
  });
  console.log(`Measuring ${rounds} starts of each on Node.js ${LAMBDA_NODE_VERSION}, in turns…`);
  const figures = await measureStarts(
    [
      { ...own('search', () => ({})), name: 'bare', entry: 'lib/tools/bench/cold/bare-handler.ts' },
      own('search', (i) => neverAsked(1 + i)),
      own('conversation', (i) =>
        apiEvent('POST', `${session}/questions`, {
          question: '조금 더',
          needs: { budgetMin: 2_000, budgetMax: 3_000 + i, persona: 'working_mom' },
        }),
      ),
      own('events', () => apiEvent('GET', `${session}/events`, undefined, 'after=0')),
      own('images', (i) => ({ ...apiEvent('GET', `/v1/images${photo(i)}`), headers: { accept: 'image/webp' } })),
      own('operations', () => ({ operation: 'show' })),
    ],
    rounds,
    execPath,
  );
  if (save) {
    const versions = {
      node: LAMBDA_NODE_VERSION,
      valkey: besideProduction(cluster.version),
      postgres: postgres.version,
    };
    console.log(`Written: ${saveResults('cold', figures, versions)}`);
  }
  console.log([drawn(coldTable(figures)), drawn(contentsTable(figures))].join('\n'));
}

/** @returns a photo for each number; other ones, until all are given. */
async function photosOf(functions: LocalFunctions): Promise<(number: number) => string> {
  const event = searchEvent({ budgetMin: 0, budgetMax: 10_000, limit: 100 });
  const { body } = (await functions.invoke('search', event)) as APIGatewayProxyResult;
  const { vehicles } = JSON.parse(body) as { vehicles: { photo: string }[] };
  return (number) => vehicles[number % vehicles.length]?.photo ?? '';
}

runProgram(program, main);
