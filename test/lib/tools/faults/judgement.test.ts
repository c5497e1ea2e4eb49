import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { searchEvent } from '../../../../lib/tools/local-stage/api-event';
import { Asker } from '../../../../lib/tools/faults/lab/asker';
import type { Fault, Observation } from '../../../../lib/tools/faults/lab/fault';
import { FAULTS, faultsNamed, rotatingSample } from '../../../../lib/tools/faults/faults';
import { judge } from '../../../../lib/tools/faults/play';
import { LocalFunction } from '../../../../lib/tools/local-stage/local-function';

const nothing = () => Promise.resolve();
const fault: Fault = { name: 'any', what: 'anything', begin: nothing, end: nothing };
const right: Observation = { at: 0, addedMs: 2, status: 200, tier: 'hit', right: true };
const WELL_AT = 1_000;

const judged = (changes: Partial<Observation>, of: Fault = fault) =>
  judge(of, [right, { ...right, ...changes }, { ...right, at: 5_000 }], WELL_AT, 1, undefined);

test('what is right, in time and from the cache holds', () => {
  expect(judged({})).toMatchObject({ requests: 3, wrong: 0, errors5xx: 0, addedMs: 1, recoveryMs: 0, pass: true });
});

test.each<[string, Partial<Observation>, RegExp]>([
  ['one wrong answer', { right: false }, /1 wrong answers/],
  ['one 5xx', { status: 503, tier: 'none' }, /1 answers were 5xx/],
  ['a process that ended', { status: 500, tier: 'ended' }, /a process ended/],
  ['a request that took too long', { addedMs: 200 }, /199 ms added, at most 160/],
  [
    'an answer of the database 1.2 s after the stores were well',
    { at: 2_200, tier: 'database' },
    /recovered after 1200 ms/,
  ],
])('%s breaks the promise', (_, changes, reason) => {
  const result = judged(changes);
  expect(result.pass).toBe(false);
  expect(result.reason).toMatch(reason);
});

test('an answer of the database under the fault is what is promised, and no slow recovery', () => {
  expect(judged({ at: 900, tier: 'database' })).toMatchObject({ pass: true, recoveryMs: 0 });
});

test('both stores down: 503 is right, but only in time', () => {
  const both = { ...fault, allows: { errors5xx: true, lateMs: 1_600 } };
  expect(judged({ status: 503, tier: 'none', addedMs: 1_500 }, both)).toMatchObject({ errors5xx: 1, pass: true });
  expect(judged({ status: 503, tier: 'none', addedMs: 1_700 }, both).pass).toBe(false);
  expect(judged({ right: false }, both).pass).toBe(false);
});

test('consecutive samples cover every fault, and a name that is none is refused', () => {
  const size = 8;
  const turns = Math.ceil(FAULTS.length / size);
  const played = Array.from({ length: turns }, (_, turn) => rotatingSample(turn, size)).flat();
  expect(new Set(played)).toEqual(new Set(FAULTS));
  expect(played).toHaveLength(FAULTS.length);
  expect(() => faultsNamed(['meteor'])).toThrow(/There is no fault "meteor". These are: all-killed/);
});

describe('the checker', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'carfin-checker-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function observed(handler: string): Promise<Observation[]> {
    writeFileSync(path.join(folder, 'index.mjs'), `export const handler = ${handler};`);
    const local = await LocalFunction.start(folder, {});
    const asker = new Asker([{ event: searchEvent({}), body: '{"total":1}' }]);
    asker.start([local]);
    while (asker.observations.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await asker.stop();
    await local.stop();
    return asker.observations;
  }

  test.each([
    ['other bytes', `async () => ({ statusCode: 200, headers: { 'x-cache': 'hit' }, body: '{"total":2}' })`, false],
    ['an empty answer', `async () => ({ statusCode: 200, headers: { 'x-cache': 'index' }, body: '' })`, false],
    [
      'a refusal of a question that is none of its fault',
      `async () => ({ statusCode: 400, body: '{"total":1}' })`,
      false,
    ],
    ['the true bytes', `async () => ({ statusCode: 200, headers: { 'x-cache': 'hit' }, body: '{"total":1}' })`, true],
  ])('%s', async (_, handler, isRight) => {
    expect((await observed(handler)).map(({ right: each }) => each)).toContain(isRight);
    expect((await observed(handler)).map(({ right: each }) => each)).not.toContain(!isRight);
  });

  test('a process that ends is seen', async () => {
    expect(await observed(`async () => process.exit(3)`)).toMatchObject([{ tier: 'ended', status: 500 }]);
  });
});
