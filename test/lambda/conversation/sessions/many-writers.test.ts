import { sessionKeys } from '../../../../lambda/contract/keys';
import { Writers, WRITERS } from '../../../support/writers';

let writers: Writers;

beforeAll(async () => {
  writers = await Writers.start(200);
});

afterAll(() => writers.stop());

interface Written {
  version: number;
  durable: boolean;
}

test('four processes write for 50 writers and a shard loses writes: none durable is lost or doubled', async () => {
  const created = await writers.send('POST', '/v1/sessions', { userId: 'kim', question: '?' });
  const { sessionId } = JSON.parse(created.body) as { sessionId: string };
  const state = `/v1/sessions/${sessionId}/agents/concierge`;
  const written = await writers.write(sessionKeys(sessionId)[0], (writer, n) =>
    writers.insist<Written>('PATCH', state, { [`writer${writer}`]: n }, { 'Idempotency-Key': `${writer}-${n}` }),
  );

  const read = await writers.send('GET', `/v1/sessions/${sessionId}`, null);
  const session = JSON.parse(read.body) as { version: number; agentStates: { concierge: Record<string, number> } };
  expect(session.agentStates.concierge).toEqual(
    Object.fromEntries(Array.from({ length: WRITERS }, (_, writer) => [`writer${writer}`, writers.updates])),
  );
  // Versions of writes that were lost are not given again, durable or not.
  expect(new Set(written.map(({ version }) => version)).size).toBe(written.length);
  // A durable write that was lost would be missing, a doubled one be too many.
  const durable = written.filter((each) => each.durable);
  const [, stream, requests] = sessionKeys(sessionId);
  const applied = Number(await writers.engines.cluster.onKey('HGET', requests, 'writes'));
  expect(applied).toBeLessThanOrEqual(1 + WRITERS * writers.updates);
  expect(applied).toBeGreaterThanOrEqual(1 + durable.length);
  expect(durable.length).toBeGreaterThan((WRITERS * writers.updates) / 4);
  expect(durable.length).toBeLessThan(written.length);

  const entries = await writers.engines.cluster.onKey('XRANGE', stream, '-', '+');
  const versions = (entries as [string, unknown][]).map(([id]) => Number(id.split('-')[0]));
  expect(versions).toEqual(Array.from({ length: 1_000 }, (_, i) => session.version - 999 + i));
});
