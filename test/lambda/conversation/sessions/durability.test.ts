import { PeopleKey } from '../../../../lambda/contract/people-key';
import { SessionStore } from '../../../../lambda/conversation/sessions/session-store';
import { RequestContext } from '../../../../lambda/telemetry/request';
import { ValkeyClient } from '../../../../lambda/valkey/client';
import { LocalCluster } from '../../../../lib/tools/engines/valkey-cluster';

let cluster: LocalCluster;
/** Of two processes: WAIT speaks of its own connection's writes. */
let clients: [ValkeyClient, ValkeyClient];

beforeAll(async () => {
  cluster = await LocalCluster.start({ replicasPerPrimary: 1 });
  const connect = () => ValkeyClient.fromEnvironment(cluster.environment('conversation'));
  clients = [connect(), connect()];
});

afterAll(async () => {
  for (const client of clients) client.close();
  await cluster.stop();
});

test('a repetition, in any process, says truly whether a replica has what the first request wrote', async () => {
  const [first, second] = clients.map((client) => new SessionStore(client, new PeopleKey('0'.repeat(32)))) as [
    SessionStore,
    SessionStore,
  ];
  const person = { userId: 'kim', question: '?', context: {} };
  const { sessionId = '' } = await first.create(person, undefined, new RequestContext());
  const write = (store: SessionStore) =>
    store.write(
      sessionId,
      { type: 'needs', steps: [['need', '', '{"need":"골프"}']], data: [{ need: '골프' }] },
      { idempotencyKey: 'once', ifMatch: undefined, after: undefined },
      new RequestContext(),
    );
  // Connected before nothing is confirmed any more.
  expect(await second.read(sessionId, new RequestContext())).toMatchObject({ fields: { version: '1' } });
  const replicas = cluster.nodes.slice(3);
  const signal = (name: NodeJS.Signals) => replicas.forEach((node) => node.process?.signal(name));
  signal('SIGSTOP');
  try {
    expect(await write(first)).toMatchObject({ outcome: 'applied', version: 2, replayed: false, durable: false });
    expect(await write(second)).toMatchObject({ outcome: 'applied', version: 2, replayed: true, durable: false });
  } finally {
    signal('SIGCONT');
  }
  await cluster.untilOk();
  expect(await write(second)).toMatchObject({ version: 2, replayed: true, durable: true });
});
