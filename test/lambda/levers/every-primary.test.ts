import { CATALOGUE_KEYS } from '../../../lambda/contract/keys';
import { createOperationsFunction, type OperationsFunction } from '../../../lambda/levers/operations-function';
import type { Lever, NodeFacts, Purged } from '../../../lambda/levers/request';
import { ownerOf, primariesOf } from '../../../lib/tools/engines/cluster-roles';
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

const operate = <T>(lever: Lever & { by?: string }) => operations.handler(lever) as Promise<T>;
const by = 'arn:aws:sts::1:assumed-role/operator/kim';
const count = async () => {
  const { found, unfinished } = await operate<Purged>({
    operation: 'purge',
    prefix: 'search:',
    people: false,
    pull: false,
    by,
  });
  return unfinished ? 'unfinished' : Object.values(found).reduce((sum, keys) => sum + keys, 0);
};

test('while a primary is away and after it is back, a lever reaches every one or says that it did not', async () => {
  const { cluster } = engines;
  // Not the one that is asked first.
  const asked = await ownerOf(cluster, CATALOGUE_KEYS.bypass);
  const away = (await primariesOf(cluster)).find((node) => node !== asked);
  if (away === undefined) throw new Error('No primary');
  const keys = Array.from({ length: 60 }, (_, i) => `search:{${i}}`);
  for (const node of await primariesOf(cluster))
    for (const key of keys) await node.ask('SET', key, '1').catch(() => undefined);
  expect(await count()).toBe(60);

  await away.ask('SAVE');
  await away.stop();
  // Never some of them for all.
  await expect(count()).rejects.toThrow(`127.0.0.1:${away.port}`);
  const facts = await operate<NodeFacts[]>({ operation: 'nodes' });
  expect(facts.map(({ address, failed }) => [address, failed === undefined]).sort()).toEqual(
    cluster.nodes.map((node) => [`127.0.0.1:${node.port}`, node !== away]).sort(),
  );
  await away.start();
  await cluster.untilOk();
  expect(await count()).toBe(60);
});
