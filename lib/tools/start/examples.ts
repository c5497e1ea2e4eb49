import { definitionOf, type FunctionName } from '../../../lambda/contract/functions';
import { PROBE_HEADER } from '../../../lambda/contract/probe';
import { cacheFolderForAnotherTerminal } from '../engines/cache-folder';
import { thousands } from '../text/thousands';
import { OPENING, QUESTIONS, type WorkedQuestion } from '../example-data/worked-conversation';

/**
 * What `npm start` shows once it is ready: real requests as they can be typed, their answers, and how long they took.
 */

interface Listing {
  manufacturer: string;
  model: string;
  model_year: number;
  price: number;
}

interface Answer {
  status: number;
  headers: Headers;
  body: {
    sessionId: string;
    version: number;
    total: number;
    vehicles: Listing[];
    events: { version: number; type: string; by?: string }[];
  };
  ms: string;
}

interface Example {
  method?: 'POST' | 'PATCH';
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Shows searches and a conversation, on a stage that is {@link warm}. */
export async function showExamples(url: string, write: (line: string) => void = console.log): Promise<void> {
  write(
    '\nEach command below can be typed as it is. The times are of the whole HTTP request, after a few that warmed up.',
  );
  await showSearches(url, write);
  await showConversation(url, write);
  write(`
${['Next, in another terminal:', ...cacheFolderForAnotherTerminal()].join('\n')}
  npm run ops -- status --local    nodes, alarms, who would be paged
  npm run drill -- kill-node       breaks a node of a second system, shows the alarms, heals it (a minute)
The board, in a browser: ${url}
The API: docs/api.md. Ctrl-C stops everything that was started here.`);
}

const SEARCH = '/v1/vehicles/search?';
const query = (parameters: Record<string, string>) => SEARCH + new URLSearchParams(parameters).toString();

/** Three searches: one that the warm-up has answered, one that nobody has asked, and the same again. */
async function showSearches(url: string, write: (line: string) => void): Promise<void> {
  const neverAsked = query({ budgetMin: '2470', budgetMax: '3330', usage: '캠핑', familyType: 'large' });
  const examples = [
    ['A search that the warm-up has prepared', query({ budgetMin: '2500', budgetMax: '3200', persona: 'working_mom' })],
    ['One that nobody has asked: a large family that goes camping (usage=캠핑)', neverAsked],
    ['The same again', neverAsked],
  ] as const;
  for (const [title, path] of examples) {
    const { status, headers, body, ms } = await ask(url, { path });
    write(`\n${title}:`);
    write(`  ${typed(url, { path })}`);
    write(`  ${status}, X-Cache: ${headers.get('x-cache') ?? '-'}, ${ms} ms (${headers.get('server-timing') ?? ''})`);
    write(`  ${matches(body)}`);
  }
}

/** A conversation of three questions, as the three agents hold it. */
async function showConversation(url: string, write: (line: string) => void): Promise<void> {
  const show = async (title: string, example: Example, line: (answer: Answer['body']) => string) => {
    const { status, headers, body, ms } = await ask(url, example);
    const tier = headers.get('x-cache');
    write(`\n${title}:`);
    write(`  ${typed(url, example)}`);
    write(`  ${status}${tier === null ? '' : `, X-Cache: ${tier}`}, ${ms} ms: ${line(body)}`);
    return body;
  };
  const version = ({ version: now }: Answer['body']) => `the session is at version ${now}`;
  const { sessionId } = await show(
    'A conversation. The person asks, and a session of the three agents begins',
    { method: 'POST', path: '/v1/sessions', body: { userId: 'kim', question: OPENING } },
    ({ sessionId: id }) => `session ${id}`,
  );
  const session = `/v1/sessions/${sessionId}`;
  const question = ({ said, needs }: WorkedQuestion) =>
    ({ method: 'POST', path: `${session}/questions`, body: { question: said, needs } }) as const;
  const agent = (name: string, state: object) =>
    ({ method: 'PATCH', path: `${session}/agents/${name}`, body: state }) as const;
  await show('concierge says what it does', agent('concierge', { status: 'listening', topic: '가족' }), version);
  await show('The first question', question(QUESTIONS.budget), matches);
  await show(
    'needs_analyst hears a new need',
    {
      method: 'POST',
      path: `${session}/needs`,
      body: { agent: 'needs_analyst', needs: [{ need: QUESTIONS.golf.revealed }] },
    },
    version,
  );
  await show('The second question', question(QUESTIONS.golf), matches);
  await show(
    'data_analyst says what it found',
    agent('data_analyst', { status: 'reranked', by: 'ceo_executive' }),
    version,
  );
  await show('The third question', question(QUESTIONS.camping), matches);
  await show('Who did what, in order', { path: `${session}/events?after=0` }, ({ events }) =>
    events.map(({ type, by }) => (by === undefined ? type : `${type} (${by})`)).join(', '),
  );
}

/** So many requests at once for each process, so that each gets some. */
const WARMING = 4;
const ROUNDS = 6;

/** Asks every process of what is shown, so that no figure is of a first time; the person of it is forgotten. */
export async function warm(url: string): Promise<void> {
  const probe = (at: string, example: Example) => ask(at, { ...example, headers: { [PROBE_HEADER]: '1' } });
  const atOnce = (name: FunctionName, one: (i: number) => Promise<unknown>) =>
    Promise.all(Array.from({ length: WARMING * definitionOf(name).localProcesses }, (_, i) => one(i)));
  // Both kinds that are shown, and each again: what comes again is answered another way than what is new.
  for (let round = 0; round < ROUNDS; round++) {
    const buyer: Record<string, string> =
      round % 2 === 0 ? { persona: 'working_mom' } : { usage: '캠핑', familyType: 'large' };
    await atOnce('search', (i) =>
      probe(url, { path: query({ budgetMin: '100', budgetMax: String(900_000 + (i % 9)), ...buyer }) }),
    );
  }
  const userId = 'warming-up';
  await atOnce('conversation', async (i) => {
    const { body } = await probe(url, { method: 'POST', path: '/v1/sessions', body: { userId, question: '?' } });
    const session = `/v1/sessions/${body.sessionId}`;
    const needs = { budgetMin: 100, budgetMax: 900_000 + (i % 9) };
    await probe(url, { method: 'POST', path: `${session}/questions`, body: { question: '?', needs } });
    await probe(url, { method: 'PATCH', path: `${session}/agents/concierge`, body: { status: 'listening' } });
  });
  await fetch(`${url}/v1/users/${userId}`, { method: 'DELETE' });
}

async function ask(url: string, { method, path, body, headers }: Example): Promise<Answer> {
  const start = performance.now();
  const response = await fetch(url + path, {
    ...(method === undefined ? {} : { method }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(headers === undefined ? {} : { headers }),
  });
  const answer = (await response.json()) as Answer['body'];
  const ms = (performance.now() - start).toFixed(1);
  return { status: response.status, headers: response.headers, body: answer, ms };
}

/** The request as a shell takes it. */
function typed(url: string, { method, path, body }: Example): string {
  const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
  const how = method === undefined || (method === 'POST' && body !== undefined) ? '' : ` -X ${method}`;
  return `curl -s${how} ${quoted(url + path)}${body === undefined ? '' : ` -d ${quoted(JSON.stringify(body))}`}`;
}

function matches({ total, vehicles: [best] }: Answer['body']): string {
  const first = best && `; first: ${best.manufacturer} ${best.model}, ${best.model_year}, ${thousands(best.price)}만원`;
  return `${thousands(total)} matches${first ?? ''}`;
}
