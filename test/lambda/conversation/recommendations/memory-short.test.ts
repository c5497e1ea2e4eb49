import {
  createConversationFunction,
  type ConversationFunction,
} from '../../../../lambda/conversation/conversation-function';
import { parseInfo } from '../../../../lambda/valkey/info';
import { createWarmUpFunction } from '../../../../lambda/warm-up/warm-up-function';
import { call } from '../../../support/api';
import { startEngines, type Engines } from '../../../support/engines';

const PEOPLE = 30;

let engines: Engines;
let conversation: ConversationFunction;

beforeAll(async () => {
  engines = await startEngines();
  const warmUp = createWarmUpFunction(engines.env('warm-up'));
  await warmUp.handler({});
  await warmUp.close();
  conversation = await createConversationFunction(engines.env('conversation'));
});

afterAll(async () => {
  await conversation.close();
  await engines.stop();
});

test('where memory is short, recommendations take none of it', async () => {
  const people = Array.from({ length: PEOPLE }, (_, i) => `person-${i}`);
  for (const userId of people) {
    const signals = [{ id: 'a', type: 'liked', vehicle: { manufacturer: '기아' } }];
    await call(conversation.handler, 'POST', `/v1/users/${userId}/signals`, { body: { signals } });
  }
  for (const node of engines.cluster.nodes) {
    const { used_memory: used } = parseInfo(String(await node.ask('INFO', 'memory')));
    // 91 % full.
    await node.ask('CONFIG', 'SET', 'maxmemory', Math.round(Number(used) / 0.91));
  }
  for (const userId of people) {
    const query = 'budgetMin=1500&budgetMax=5000';
    const answer = await call(conversation.handler, 'GET', `/v1/users/${userId}/recommendations`, { query });
    expect(answer).toMatchObject({ status: 200, body: { personalised: true } });
  }
  const kept = (await engines.cluster.everywhere('KEYS', 'rec:*')) as string[][];
  // Of each node the first: nothing is known of it yet.
  expect(kept.flat().length).toBeLessThanOrEqual(engines.cluster.nodes.length);
});
