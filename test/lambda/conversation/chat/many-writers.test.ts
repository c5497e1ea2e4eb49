import { setTimeout as sleep } from 'node:timers/promises';
import { LIMITS } from '../../../../lambda/conversation/chat/message';
import { chatKeys } from '../../../../lambda/contract/keys';
import { Writers, WRITERS } from '../../../support/writers';

let writers: Writers;

beforeAll(async () => {
  writers = await Writers.start(80);
});

afterAll(() => writers.stop());

interface Said {
  id: string;
  durable: boolean;
}

const [CHAT] = chatKeys('kim');
/** Of what was said last before the loss, so much is looked for: the chat still holds it when it can be read again. */
const LATEST = LIMITS.messages / 2;

/** The ids of the chat's messages, oldest first, as soon as a node answers for them. */
async function idsKept(): Promise<string[]> {
  for (;;) {
    try {
      const entries = (await writers.engines.cluster.onKey('XRANGE', CHAT, '-', '+')) as [string, string[]][];
      return entries.map(([, fields]) => fields[1] ?? '');
    } catch {
      await sleep(5);
    }
  }
}

test('four processes write what 50 people say and a shard loses writes: none durable is lost or doubled', async () => {
  let latest: readonly Said[] = [];
  let kept: readonly string[] = [];
  const written = await writers.write<Said>(
    CHAT,
    async (writer, n) => {
      const message = { id: `${writer}-${n}`, role: 'user', content: '아, 골프도 치는데...' };
      const { durable } = await writers.insist<Said>('POST', '/v1/users/kim/chat', { messages: [message] });
      return { id: message.id, durable };
    },
    async (before) => {
      latest = before.slice(-LATEST);
      kept = await idsKept();
    },
  );

  const durable = latest.filter((each) => each.durable);
  // The fault was met: some were answered while no replica could confirm, and some of those are gone.
  expect(durable.length).toBeGreaterThan(0);
  expect(durable.length).toBeLessThan(latest.length);
  expect(durable.filter(({ id }) => !kept.includes(id))).toStrictEqual([]);
  expect(latest.filter(({ id }) => !kept.includes(id)).length).toBeGreaterThan(0);

  expect(written.length).toBe(WRITERS * writers.updates);
  const ids = await idsKept();
  expect(ids.length).toBe(LIMITS.messages);
  expect(new Set(ids).size).toBe(ids.length);
  // What each writer said last stands there without a gap, in its order.
  for (let writer = 0; writer < WRITERS; writer++) {
    const own = ids.filter((id) => id.startsWith(`${writer}-`)).map((id) => Number(id.split('-')[1]));
    expect(own).toEqual(Array.from({ length: own.length }, (_, i) => writers.updates - own.length + 1 + i));
  }
});
