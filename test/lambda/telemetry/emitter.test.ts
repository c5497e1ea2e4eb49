import { METRICS } from '../../../lambda/contract/metrics';
import { Emitter, MetricUnit } from '../../../lambda/telemetry/emitter';

const before = { ...process.env };
let lines: Record<string, unknown>[];

beforeEach(() => {
  lines = [];
  process.env.METRICS_DISABLED = 'false';
  jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(JSON.parse(String(line)) as Record<string, unknown>);
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  process.env = { ...before };
});

const ms = MetricUnit.Milliseconds;

/** @returns what a request at a time does: one value, then the end. It gives how many lines were sent so far. */
function sender(): (at: number) => number {
  let now = 0;
  const emitter = new Emitter({}, () => now);
  return (at) => {
    now = at;
    emitter.record(METRICS.searchTime, ms, 1);
    emitter.flush();
    return lines.length;
  };
}

test('all values of one request are sent, in order, at most 100 of a metric in a line, and counts once', () => {
  const emitter = new Emitter({});
  const times = Array.from({ length: 250 }, (_, i) => i + 0.123);
  for (const time of times) emitter.record(METRICS.valkeyRoundTrip, ms, time);
  emitter.record(METRICS.searchTime, ms, 7);
  emitter.count(METRICS.valkeyOperations, 3);
  emitter.count(METRICS.valkeyOperations, 4);
  emitter.flush();
  const of = (name: string) => lines.map((line) => line[name]);
  expect(of(METRICS.valkeyRoundTrip).map((values) => (values as number[]).length)).toEqual([100, 100, 50]);
  expect(of(METRICS.valkeyRoundTrip).flat()).toEqual(times.map((time) => Math.round(time * 100) / 100));
  expect(of(METRICS.searchTime)).toEqual([7, undefined, undefined]);
  expect(of(METRICS.valkeyOperations)).toEqual([7, undefined, undefined]);
  // Embedded metric format specification: a namespace, sets of dimensions that are members, metrics that are members.
  expect(lines[1]).toEqual({
    _aws: {
      Timestamp: expect.any(Number) as number,
      CloudWatchMetrics: [
        {
          Namespace: 'CarFin/Cache',
          Dimensions: [['service', 'Stage']],
          Metrics: [{ Name: METRICS.valkeyRoundTrip, Unit: 'Milliseconds' }],
        },
      ],
    },
    service: 'carfin-cache',
    Stage: 'local',
    [METRICS.valkeyRoundTrip]: expect.any(Array) as number[],
  });
});

test('what was sent does not come again', () => {
  const emitter = new Emitter({});
  emitter.record(METRICS.searchTime, ms, 1);
  emitter.record(METRICS.searchTime, ms, 2);
  emitter.flushNow();
  emitter.flushNow();
  emitter.record(METRICS.searchTime, ms, 3);
  emitter.flushNow();
  expect(lines.map((line) => line[METRICS.searchTime])).toEqual([[1, 2], 3]);
});

test('the first 20 requests after a quiet time are told at once, later ones gather for a second or a line', () => {
  const send = sender();
  for (let i = 1; i <= 20; i++) expect(send(50_000)).toBe(i);
  expect([send(50_000), send(50_999), send(51_000), send(51_001)]).toEqual([20, 20, 21, 21]);
  for (let i = 0; i < 98; i++) send(51_002);
  expect(lines).toHaveLength(21);
  expect(send(51_003)).toBe(22);
  expect(lines[21]?.[METRICS.searchTime]).toHaveLength(100);
  // So long afterwards all of a burst is told again.
  for (let i = 1; i <= 20; i++) expect(send(90_000)).toBe(22 + i);
});

test('a clock that is set back holds nothing back for long', () => {
  const send = sender();
  send(9_000_000);
  expect(send(1_000)).toBe(2);
});

test('what a freeze held back is told with the time at which it was counted, apart from what comes after it', () => {
  const send = sender();
  for (let i = 0; i < 23; i++) send(50_000);
  expect(lines).toHaveLength(20);
  send(50_000 + 25 * 60_000);
  const told = lines.slice(20).map(({ _aws, [METRICS.searchTime]: values }) => [_aws, values]);
  expect(told).toMatchObject([
    [{ Timestamp: 50_000 }, [1, 1, 1]],
    [{ Timestamp: 1_550_000 }, 1],
  ]);
});
