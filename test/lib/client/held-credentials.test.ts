import { HeldCredentials } from '../../../lib/client/held-credentials';
import type { Credentials } from '../../../lib/client';

const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };
const END = new Date('2026-11-26T01:00:00Z');
const before = (seconds: number) => new Date(END.getTime() - 1_000 * seconds);

let asked = 0;
beforeEach(() => (asked = 0));
const provider = (given: Partial<Credentials>) => () => {
  asked++;
  return Promise.resolve({ ...KEYS, ...given });
};

test('credentials that name their end are asked for once until a minute before it', async () => {
  const held = new HeldCredentials(provider({ expiration: END }));
  for (const seconds of [3_600, 1_800, 61])
    expect(await held.get(before(seconds))).toEqual({ ...KEYS, expiration: END });
  expect(asked).toBe(1);
  await held.get(before(60));
  expect(asked).toBe(2);
});

test('those that name none are asked for each time: their provider keeps them', async () => {
  const held = new HeldCredentials(provider({}));
  await held.get(before(3_600));
  await held.get(before(3_600));
  expect(asked).toBe(2);
});

test('who asks at once shares one answer, and a failure is not kept', async () => {
  const held = new HeldCredentials(provider({ expiration: END }));
  await Promise.all([held.get(before(60)), held.get(before(60))]);
  expect(asked).toBe(1);
  let fails = true;
  const failing = new HeldCredentials(() => (fails ? Promise.reject(new Error('no token')) : KEYS));
  await expect(failing.get(END)).rejects.toThrow('no token');
  fails = false;
  expect(await failing.get(END)).toMatchObject(KEYS);
});
