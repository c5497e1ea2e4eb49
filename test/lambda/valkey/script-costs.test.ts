import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Redis } from 'iovalkey';
import { SCRIPT_CASES, SCRIPTS } from '../../../lib/tools/bench/scripts/cases';
import { measureScript } from '../../../lib/tools/bench/scripts/measure';
import { LocalCluster } from '../../../lib/tools/engines/valkey-cluster';

let cluster: LocalCluster;
let connection: Redis;

beforeAll(async () => {
  cluster = await LocalCluster.start({ primaries: 1 });
  connection = cluster.nodes[0]?.connect() as Redis;
  await connection.connect();
});
afterAll(async () => {
  connection.disconnect();
  await cluster.stop();
});

test.each(Object.entries(SCRIPT_CASES))(
  '%s: twice as much costs at most about twice as much, and 20 ms at the limit',
  async (name, each) => {
    const half = await measureScript(connection, each, each.limit / 2);
    const whole = await measureScript(connection, each);
    process.stdout.write(
      `${name}: ${half.microseconds} and ${whole.microseconds} us, ${half.commands} and ${whole.commands} commands\n`,
    );
    expect(whole.commands).toBeLessThanOrEqual(2 * half.commands + 10);
    // What nobody else on the node waits for longer than; half of it is the most on two cores that others use too.
    expect(whole.microseconds).toBeLessThanOrEqual(20_000);
  },
);

test('every script is among the cases, or touches a fixed number of fields', () => {
  const lambda = path.join(__dirname, '../../../lambda');
  const sources = readdirSync(lambda, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const text = sources.map((file) => readFileSync(path.join(lambda, file), 'utf8')).join('\n');
  const defined = [...text.matchAll(/(\w+) = defineScript</g)].map(([, name = '']) => name);
  const played = new Set(Object.values(SCRIPT_CASES).map(({ script }) => script as string));
  const fixed = [
    ...['STORE_ANSWER', 'STORE_MISSING_ANSWER', 'STORE_LEASED_ANSWER', 'RELEASE_LEASE', 'BURY', 'MEND_LISTING'],
    ...['READ_IMAGE', 'PIN_CATALOGUE', 'TAKE_LEASE', 'RENEW_LEASE', 'END_LEASE', 'PUBLISH_CATALOGUE'],
    // At most 20 questions; 500 listings; a dozen fields; three members.
    ...['COUNT_POPULAR', 'WRITE_LISTINGS', 'REPLACE_HASH', 'END_WAIT', 'BURY_AGAIN'],
  ];
  expect([...played].sort()).toEqual(Object.keys(SCRIPTS).sort());
  expect(defined.sort()).toEqual([...played, ...fixed].sort());
});
