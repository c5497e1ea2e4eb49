import '../../../support/short-deadlines';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createConversationFunction,
  type ConversationFunction,
} from '../../../../lambda/conversation/conversation-function';
import { createWarmUpFunction } from '../../../../lambda/warm-up/warm-up-function';
import { until, upgradeUnderLoad } from '../../../../lib/tools/engine-runs/rolling-upgrade';
import { hasRole, isInStep } from '../../../../lib/tools/engines/cluster-roles';
import { namedServers, valkeyBinary } from '../../../../lib/tools/engines/valkey-binary';
import type { ValkeyNode } from '../../../../lib/tools/engines/valkey-node';
import { call, type Answer } from '../../../support/api';
import { startEngines, type Engines } from '../../../support/engines';

/** Production's shape: one shard, one replica. Nobody votes there: the control plane promotes. */
let engines: Engines;
let conversation: ConversationFunction;
let nodes: [ValkeyNode, ValkeyNode];

beforeAll(async () => {
  engines = await startEngines(1_000, { primaries: 1, replicasPerPrimary: 1 });
  nodes = engines.cluster.nodes as [ValkeyNode, ValkeyNode];
  const warmUp = createWarmUpFunction(engines.env('warm-up'));
  await warmUp.handler({});
  await warmUp.close();
  conversation = await createConversationFunction(engines.env('conversation'));
});

afterAll(async () => {
  await conversation.close();
  await engines.stop();
});

const ask = (method: string, path: string, body?: unknown, key?: string): Promise<Answer> =>
  call(conversation.handler, method, path, {
    ...(body === undefined ? {} : { body }),
    ...(key === undefined ? {} : { headers: { 'Idempotency-Key': key } }),
  });

/** As a client does it: the same request with the same id, until it is known to be done. */
async function insist(session: string, name: string): Promise<boolean> {
  for (;;) {
    const answer = await ask('PATCH', `/v1/sessions/${session}/agents/concierge`, { [name]: true }, name);
    if (answer.status === 200) return answer.body.durable === true;
    expect(answer.status).toBe(503);
    await sleep(20);
  }
}

async function begin(): Promise<string> {
  return (await ask('POST', '/v1/sessions', { userId: 'kim', question: '?' })).body.sessionId;
}

const kept = async (session: string) => {
  const { agentStates } = (await ask('GET', `/v1/sessions/${session}`)).body as {
    agentStates?: { concierge: Record<string, boolean> };
  };
  return Object.keys(agentStates?.concierge ?? {});
};

test('its primary dies: sessions are 503 and not gone, a replica takes over, nothing durable is lost', async () => {
  const session = await begin();
  expect(await insist(session, 'before')).toBe(true);
  const [primary, replica] = nodes;
  await primary.stop();
  expect((await ask('GET', `/v1/sessions/${session}`)).status).toBe(503);
  await replica.ask('CLUSTER', 'FAILOVER', 'TAKEOVER');
  await until(() => hasRole(replica, 'master'));
  await until(async () => (await ask('GET', `/v1/sessions/${session}`)).status === 200);
  expect(await kept(session)).toEqual(['before']);
  expect(await insist(session, 'alone')).toBe(false);
  await primary.start();
  await until(() => hasRole(primary, 'slave'));
  await until(() => isInStep(primary));
  // Once the clients know of the replica again.
  let tries = 0;
  await until(() => insist(session, `after${tries++}`));
});

test('a rolling upgrade under load: replica swapped, failover, primary swapped; nothing durable is lost', async () => {
  // Of two servers in VALKEY_SERVER the first was started.
  const to = await valkeyBinary({ ...process.env, VALKEY_SERVER: namedServers().at(-1) });
  const figures = await upgradeUnderLoad(nodes, to, conversation.handler);
  expect(figures).toMatchObject({ from: engines.cluster.version, to: to.version, lost: 0 });
  // Before each node is replaced and after both, at least one.
  expect(figures.durable).toBeGreaterThanOrEqual(3);
});
