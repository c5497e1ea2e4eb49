import { leaseKey, LIVE, searchKey, TTL } from '../../../lambda/contract/keys';
import type { VehicleDatabase } from '../../../lambda/database/vehicle-database';
import { TYPICAL_QUESTIONS } from '../../../lambda/rules/question';
import { leasedAnswer } from '../../../lambda/search/database-tier';
import { writeAnswer } from '../../../lambda/search/stored-answer';
import { RequestContext } from '../../../lambda/telemetry/request';
import { ValkeyClient } from '../../../lambda/valkey/client';
import { LocalCluster } from '../../../lib/tools/engines/valkey-cluster';

const [question] = TYPICAL_QUESTIONS;
if (question === undefined) throw new Error('no typical question');
const key = searchKey(question, LIVE);
const lease = leaseKey(key);
const body = '{"total":0,"limit":20,"offset":0,"vehicles":[]}';

let cluster: LocalCluster;
let valkey: ValkeyClient;

beforeAll(async () => {
  cluster = await LocalCluster.start();
  valkey = ValkeyClient.fromEnvironment(cluster.environment('search'));
});

afterAll(async () => {
  valkey.close();
  await cluster.stop();
});

beforeEach(() => cluster.flush());

/** How often it was asked; each query takes 100 ms. */
function countingDatabase() {
  const queries = { count: 0 };
  const search = async () => {
    queries.count++;
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { total: 0, listings: [] };
  };
  return { queries, database: { search } as unknown as VehicleDatabase };
}

test('what was stored between look and lease is not asked for again, and the lease is given back', async () => {
  const { queries, database } = countingDatabase();
  await valkey.all(new RequestContext(5_000), [writeAnswer(key, body, TTL.searchLive)]);
  expect(await leasedAnswer(valkey, database, question, new RequestContext(5_000))).toEqual({ body, shared: true });
  expect(queries.count).toBe(0);
  const [left] = await valkey.all(new RequestContext(5_000), [{ key: lease, send: (each) => each.exists(lease) }]);
  expect(left).toBe(0);
});

test('many who find no answer ask once between them', async () => {
  const { queries, database } = countingDatabase();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => leasedAnswer(valkey, database, question, new RequestContext(5_000))),
  );
  expect(queries.count).toBe(1);
  expect(answers.filter(({ shared }) => !shared)).toHaveLength(1);
  for (const answer of answers) expect(answer.body).toBe(body);
});
