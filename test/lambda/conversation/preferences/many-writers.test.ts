import { preferenceKeys } from '../../../../lambda/contract/keys';
import { EPOCH_MS, MICRO } from '../../../../lambda/conversation/preferences/decay';
import { Writers, WRITERS } from '../../../support/writers';

/** Points count half after 30 days. */
const HALF_LIFE_MS = 30 * 86_400_000;

let writers: Writers;

beforeAll(async () => {
  writers = await Writers.start(80);
});

afterAll(() => writers.stop());

interface Learned {
  applied: number;
  repeated: number;
  durable: boolean;
}

test('four processes learn from 50 writers and a shard loses writes: none durable is lost or doubled', async () => {
  // All of one time, so that each signal adds the same whole number.
  const at = Date.now() - 60_000;
  const one = Math.floor(MICRO * 2 ** ((at - Math.floor(Date.now() / EPOCH_MS) * EPOCH_MS) / HALF_LIFE_MS) + 0.5);
  const [key] = preferenceKeys('kim');
  const written = await writers.write(key, (writer, n) =>
    writers.insist<Learned>('POST', '/v1/users/kim/signals', {
      signals: [{ id: `${writer}-${n}`, type: 'viewed', vehicle: { manufacturer: `maker ${writer}` }, at }],
    }),
  );
  const flat = (await writers.engines.cluster.onKey('HGETALL', key)) as string[];
  const kept = new Map(flat.flatMap((name, i) => (i % 2 === 0 ? [[name, Number(flat[i + 1])] as const] : [])));
  const weights = Array.from(
    { length: WRITERS },
    (_, writer) => (kept.get(`w:manufacturer:maker ${writer}`) ?? 0) / one,
  );
  // Whole signals of each writer, never more than it sent.
  for (const signals of weights) {
    expect(Math.abs(signals - Math.round(signals))).toBeLessThan(0.001);
    expect(Math.round(signals)).toBeLessThanOrEqual(writers.updates);
  }
  const sum = Math.round(weights.reduce((total, signals) => total + signals, 0));
  const durable = written.filter((each) => each.durable).length;
  expect(kept.get('signals')).toBe(sum);
  expect(sum).toBeGreaterThanOrEqual(durable);
  // The fault was met: some were answered while no replica could confirm.
  expect(durable).toBeLessThan(written.length);
  expect(durable).toBeGreaterThan((WRITERS * writers.updates) / 4);
});
