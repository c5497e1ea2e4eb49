import { createOperationsFunction, type OperationsFunction } from '../../../lambda/levers/operations-function';
import type { Lever, NodeFacts, Purged } from '../../../lambda/levers/request';
import { primariesOf } from '../../../lib/tools/engines/cluster-roles';
import { startEngines, type Engines } from '../../support/engines';

let engines: Engines;
let operations: OperationsFunction;

beforeAll(async () => {
  engines = await startEngines(10);
  operations = createOperationsFunction(engines.env('operations'));
});
afterAll(async () => {
  operations.close();
  await engines.stop();
});

const by = 'arn:aws:sts::1:assumed-role/operator/kim';
const operate = <T>(lever: Lever) => operations.handler({ ...lever, by }) as Promise<T>;
const count = async () => {
  const { found, unfinished } = await operate<Purged>({
    operation: 'purge',
    prefix: 'search:',
    people: false,
    pull: false,
  });
  return unfinished ? 'unfinished' : Object.values(found).reduce((sum, keys) => sum + keys, 0);
};

test('while a primary is away and after it is back, a lever reaches every one or says that it did not', async () => {
  const { cluster } = engines;
  const [away] = await primariesOf(cluster);
  if (away === undefined) throw new Error('No primary');
  const keys = Array.from({ length: 60 }, (_, i) => `search:{${i}}`);
  for (const node of await primariesOf(cluster))
    for (const key of keys) await node.ask('SET', key, '1').catch(() => undefined);
  expect(await count()).toBe(60);

  await away.stop();
  const address = `127.0.0.1:${away.port}`;
  const counts = [await count().catch(String)];
  const facts = await operate<NodeFacts[]>({ operation: 'nodes' });
  expect(facts.map(({ failed }) => failed === undefined)).toContain(false);
  expect(facts).toHaveLength(3);
  await away.start();
  await cluster.untilOk();
  counts.push(await count().catch(String));
  // Never some of them for all.
  expect(new Set(counts)).toEqual(
    new Set([`Error: Valkey is unavailable: no connection to the primary ${address}`, 60]),
  );
});
