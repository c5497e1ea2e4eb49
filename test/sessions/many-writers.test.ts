import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyResult } from 'aws-lambda';
import slotOf from 'cluster-key-slot';
import { sessionKeys } from '../../lambda/contract/keys';
import { bundleFunction } from '../../lib/functions/bundle';
import { LocalFunction } from '../../lib/local/local-function';
import { request, startEngines, type Engines } from '../support/engines';

// What is lost once is lost: another try would have no replica to lose it by.
jest.retryTimes(0);

const WRITERS = 50;
const UPDATES = 200;

const folder = mkdtempSync(path.join(tmpdir(), 'carfin-writers-'));
let engines: Engines;
let conversation: LocalFunction;

beforeAll(async () => {
  engines = await startEngines(10, { replicasPerPrimary: 1 });
  bundleFunction('conversation', folder);
  const environment = { ...(engines.env('conversation') as Record<string, string>), POWERTOOLS_LOG_LEVEL: 'SILENT' };
  conversation = await LocalFunction.start(folder, environment, { processes: 4 });
}, 90_000);

afterAll(async () => {
  await conversation.stop();
  await engines.stop();
  rmSync(folder, { recursive: true });
});

interface Written {
  version: number;
  durable: boolean;
}

async function send(method: string, target: string, body: unknown, headers = {}): Promise<APIGatewayProxyResult> {
  const event = { ...request(method, target, '', JSON.stringify(body)), headers };
  return (await conversation.invoke(event)) as APIGatewayProxyResult;
}

/** As a client does it: the same request with the same key, until it is known to be done. */
async function update(session: string, writer: number, n: number): Promise<Written> {
  for (;;) {
    const answer = await send(
      'PATCH',
      `/v1/sessions/${session}/agents/concierge`,
      { [`writer${writer}`]: n },
      { 'Idempotency-Key': `${writer}-${n}` },
    );
    if (answer.statusCode === 200) return JSON.parse(answer.body) as Written;
    if (answer.statusCode !== 503) throw new Error(answer.body);
    await sleep(100);
  }
}

/** Stops the replica of a key's shard, lets writes go on without it, kills the primary; the replica takes over. */
async function loseWhatIsNotReplicated(key: string): Promise<void> {
  const [first] = engines.cluster.nodes;
  const shards = (await first?.ask('CLUSTER', 'SLOTS')) as [number, number, ...[string, number][]][];
  const slot = slotOf(key);
  const [, , primary, replica] = shards.find(([from, to]) => slot >= from && slot <= to) ?? [];
  const signal = (port: number | undefined, name: NodeJS.Signals) =>
    engines.cluster.nodes.find((node) => node.port === port)?.process?.signal(name);
  signal(replica?.[1], 'SIGSTOP');
  await sleep(500);
  signal(primary?.[1], 'SIGKILL');
  await sleep(50);
  signal(replica?.[1], 'SIGCONT');
}

test('four processes write for 50 writers while a shard loses what its replica lacks: nothing durable is lost, nothing doubled', async () => {
  const created = await send('POST', '/v1/sessions', { userId: 'kim', question: '?' });
  const { sessionId } = JSON.parse(created.body) as { sessionId: string };
  let done = 0;
  const written: Written[] = [];
  const writing = Array.from({ length: WRITERS }, async (_, writer) => {
    for (let n = 1; n <= UPDATES; n++) {
      written.push(await update(sessionId, writer, n));
      done++;
    }
  });
  while (done < (WRITERS * UPDATES) / 2) await sleep(20);
  await loseWhatIsNotReplicated(sessionKeys(sessionId)[0]);
  await Promise.all(writing);

  const read = await send('GET', `/v1/sessions/${sessionId}`, null);
  const session = JSON.parse(read.body) as { version: number; agentStates: { concierge: Record<string, number> } };
  expect(session.agentStates.concierge).toEqual(
    Object.fromEntries(Array.from({ length: WRITERS }, (_, writer) => [`writer${writer}`, UPDATES])),
  );
  // A durable write that was lost would give its version to a later one; a doubled one would raise the last version.
  const durable = written.filter((each) => each.durable).map(({ version }) => version);
  expect(new Set(durable).size).toBe(durable.length);
  expect(session.version).toBeLessThanOrEqual(1 + WRITERS * UPDATES);
  expect(session.version).toBeGreaterThanOrEqual(1 + durable.length);
  expect(durable.length).toBeGreaterThan((WRITERS * UPDATES) / 4);
  expect(durable.length).toBeLessThan(written.length);

  const [, stream] = sessionKeys(sessionId);
  const entries = await Promise.any(
    engines.cluster.nodes.filter((node) => node.process?.running).map((node) => node.ask('XRANGE', stream, '-', '+')),
  );
  const versions = (entries as [string, unknown][]).map(([id]) => Number(id.split('-')[0]));
  expect(versions).toEqual(Array.from({ length: 1_000 }, (_, i) => session.version - 999 + i));
}, 120_000);
