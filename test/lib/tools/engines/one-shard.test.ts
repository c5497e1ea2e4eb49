import '../../../support/short-deadlines';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  createConversationFunction,
  type ConversationFunction,
} from '../../../../lambda/conversation/conversation-function';
import { createWarmUpFunction } from '../../../../lambda/warm-up/warm-up-function';
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

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition().catch(() => false))) await sleep(20);
}

const isRole = async (node: ValkeyNode, role: string) => ((await node.ask('ROLE')) as unknown[])[0] === role;
const isInStep = async (node: ValkeyNode) =>
  String(await node.ask('INFO', 'replication')).includes('master_link_status:up');

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

test('its primary dies: sessions are 503 and not gone, the control plane promotes, the node comes back, nothing durable is lost', async () => {
  const session = await begin();
  expect(await insist(session, 'before')).toBe(true);
  const [primary, replica] = nodes;
  await primary.stop();
  expect((await ask('GET', `/v1/sessions/${session}`)).status).toBe(503);
  await replica.ask('CLUSTER', 'FAILOVER', 'TAKEOVER');
  await until(() => isRole(replica, 'master'));
  await until(async () => (await ask('GET', `/v1/sessions/${session}`)).status === 200);
  expect(await kept(session)).toEqual(['before']);
  expect(await insist(session, 'alone')).toBe(false);
  await primary.start();
  await until(() => isRole(primary, 'slave'));
  await until(() => isInStep(primary));
  // Once the clients know of the replica again.
  let tries = 0;
  await until(() => insist(session, `after${tries++}`));
});

test('a rolling upgrade under load: replica swapped, failover, primary swapped; nothing durable is lost', async () => {
  const session = await begin();
  const durable: string[] = [];
  const load = { on: true, written: 0 };
  const loading = (async () => {
    while (load.on) {
      const name = `w${load.written++}`;
      if (await insist(session, name)) durable.push(name);
    }
  })();
  const [replica, primary] = (await isRole(nodes[0], 'slave')) ? nodes : [nodes[1], nodes[0]];
  for (const node of [replica, primary]) {
    const before = durable.length;
    await until(() => Promise.resolve(durable.length > before));
    // Asked for while the other is in step, so that no write is lost by it.
    if (await isRole(node, 'master')) {
      const other = node === replica ? primary : replica;
      await until(() => isInStep(other));
      await other.ask('CLUSTER', 'FAILOVER');
      await until(() => isRole(other, 'master'));
      await until(() => isRole(node, 'slave'));
    }
    await node.stop();
    await node.start();
    await until(() => isInStep(node));
  }
  const swapped = durable.length;
  await until(() => Promise.resolve(durable.length > swapped));
  load.on = false;
  await loading;
  const names = await kept(session);
  expect(durable.filter((name) => !names.includes(name))).toEqual([]);
  expect(swapped).toBeGreaterThan(0);
});
