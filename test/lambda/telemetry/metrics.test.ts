import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CATALOGUE_KEYS } from '../../../lambda/contract/keys';
import { METRIC_NAMESPACE, METRICS, SERVICE, STALE_SECONDS } from '../../../lambda/contract/metrics';
import { bundleFunction } from '../../../lib/constructs/functions/bundle';
import { damaged } from '../../../lib/tools/breakage/values';
import { LocalFunction } from '../../../lib/tools/local-stage/local-function';
import { search, startEngines, type Engines } from '../../support/engines';

interface Emf {
  _aws?: {
    CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[];
  };
  [name: string]: unknown;
}

let engines: Engines;
const folder = mkdtempSync(path.join(tmpdir(), 'carfin-metrics-'));
const lines: Emf[] = [];
let running: LocalFunction;

beforeAll(async () => {
  engines = await startEngines(1_000);
  bundleFunction('warm-up', path.join(folder, 'warm-up'));
  bundleFunction('search', path.join(folder, 'search'));
  const collect = (line: string) => lines.push(JSON.parse(line) as Emf);
  const warmUp = await LocalFunction.start(path.join(folder, 'warm-up'), engines.env('warm-up'), { onLine: collect });
  await warmUp.invoke({});
  await warmUp.stop();
  running = await LocalFunction.start(path.join(folder, 'search'), engines.env('search'), {
    onLine: collect,
  });
});

afterAll(async () => {
  await running.stop();
  await engines.stop();
  rmSync(folder, { recursive: true });
});

/** What all lines say of a metric. */
const valuesOf = (name: string): number[] =>
  lines.filter((line) => line._aws && name in line).flatMap((line) => [line[name]].flat() as number[]);

/** Their sum, undefined if it never came. */
function sum(name: string): number | undefined {
  const values = valuesOf(name);
  return values.length === 0 ? undefined : values.reduce((total, value) => total + value, 0);
}

test('searches and warm-ups are told as EMF, under the names and dimensions that alarms read', async () => {
  const query = (min: number) => search(`budgetMin=${min}&budgetMax=5000`);
  for (const event of [query(1), query(1), query(2), search('budgetMin=x')]) await running.invoke(event);
  await new Promise((resolve) => setTimeout(resolve, 1_050));
  await running.invoke(query(3)); // what has gathered goes out with it
  await new Promise((resolve) => setTimeout(resolve, 200));

  expect(sum(METRICS.answersFromIndex)).toBe(3);
  expect(sum(METRICS.answersFromCache)).toBe(1);
  expect(sum(METRICS.invalidRequests)).toBe(1);
  expect(sum(METRICS.warmUpSucceeded)).toBe(1);
  expect(sum(METRICS.cataloguesPublished)).toBe(1);
  expect(sum(METRICS.catalogueListings)).toBe(1_000);
  expect(sum(METRICS.answersStale)).toBeUndefined();
  expect(sum(METRICS.databaseQueries)).toBe(3);
  expect(sum(METRICS.answersFromDatabase)).toBeUndefined();
  for (const name of [METRICS.searchTime, METRICS.valkeyRoundTrip, METRICS.indexAge])
    expect(valuesOf(name)).toHaveLength(4);
  expect(sum(METRICS.valkeyOperations)).toBeGreaterThanOrEqual(4);

  const known = new Set<string>(Object.values(METRICS));
  for (const { _aws, ...line } of lines.filter((each) => each._aws)) {
    expect(_aws?.CloudWatchMetrics[0]).toMatchObject({
      Namespace: METRIC_NAMESPACE,
      Dimensions: [['service', 'Stage']],
    });
    expect(line).toMatchObject({ service: SERVICE, Stage: 'test' });
    for (const { Name } of _aws?.CloudWatchMetrics[0]?.Metrics ?? []) expect(known).toContain(Name);
  }
});

test('an answer of a catalogue long unconfirmed is told as stale, a query of the database is not', async () => {
  const before = Date.now() - (STALE_SECONDS + 60) * 1_000;
  await engines.cluster.onKey('HSET', CATALOGUE_KEYS.current, 'confirmedAt', before);
  const pause = () => new Promise((resolve) => setTimeout(resolve, 1_050));
  const event = search('budgetMin=7&budgetMax=5000');
  await pause();
  await running.invoke(event); // the look that sees it
  await running.invoke(event);
  await pause();
  await running.invoke(event);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(sum(METRICS.answersStale)).toBe(3);
});

test('values in Valkey that are not what was written are counted', async () => {
  const event = search('budgetMin=9&budgetMax=5000');
  const pause = () => new Promise((resolve) => setTimeout(resolve, 1_050));
  await running.invoke(event);
  await running.invoke(event); // it is stored
  expect(sum(METRICS.valuesDamaged)).toBeUndefined();
  await damaged('search:*', [['HSET', 'body', 'x']])(engines);
  await running.invoke(event);
  await pause();
  await damaged('search:*', [['DEL'], ['LPUSH', 'x']])(engines);
  await running.invoke(event);
  await pause();
  await running.invoke(event);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(sum(METRICS.valuesDamaged)).toBe(2);
  expect(sum(METRICS.valkeyFailures)).toBe(2);
});

test('all of a burst is told, although its environment is gone right after its last answer', async () => {
  const told: Emf[] = [];
  const burst = await LocalFunction.start(path.join(folder, 'search'), engines.env('search'), {
    onLine: (line) => told.push(JSON.parse(line) as Emf),
  });
  for (let i = 0; i < 6; i++) await burst.invoke(search(`budgetMin=${30 + i}&budgetMax=5000`));
  await burst.stop();
  // What was on its way through the pipe is Lambda's already.
  const count = () => told.map((line) => Number(line[METRICS.answersFromIndex] ?? 0)).reduce((a, b) => a + b, 0);
  while (count() < 6) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(count()).toBe(6);
});

test('a request that goes well leaves no line in the log', () => {
  expect(
    lines.filter(({ _aws, message }) => !_aws && message !== undefined && !(message as string).startsWith('Warm-up')),
  ).toStrictEqual([]);
});
