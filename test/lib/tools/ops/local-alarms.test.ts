import { evaluateAlarm } from '../../../../lib/tools/ops/alarms/evaluate';
import { ofNode } from '../../../../lambda/contract/metric-term';
import { alarmStates } from '../../../../lib/tools/ops/local/alarm-states';
import { localAlarms } from '../../../../lib/tools/ops/local/local-alarms';
import { MetricStore } from '../../../../lib/tools/ops/local/metric-store';

test('a stage’s own alarms can all be evaluated, and without any metric only those that say so fire', () => {
  const alarms = localAlarms(3);
  expect(alarms.length).toBeGreaterThan(5);
  const firing = alarms.filter(
    (alarm) => evaluateAlarm(alarm, () => new Array<undefined>(alarm.periods).fill(undefined)).state === 'ALARM',
  );
  expect(firing.map(({ name }) => name)).toEqual(
    alarms.filter(({ missing }) => missing === 'breaching').map(({ name }) => name),
  );
});

test('an alarm without data says what that means here, where nobody maintains a node', () => {
  const silent = alarmStates(localAlarms(1), new MetricStore()).filter(({ state }) => state === 'INSUFFICIENT_DATA');
  const meaning = Object.fromEntries(
    silent.map(({ name, description }) => [name, description.replace(/.* No data means: /, '')]),
  );
  const untold = (minutes: number) =>
    `the node has told nothing for ${minutes} minutes: it does not answer, or has just begun.`;
  expect(meaning).toEqual({
    'Memory-local-0001-001': untold(5),
    'Cpu-local-0001-001': untold(5),
    'Connections-local-0001-001': untold(5),
    'Swap-local-0001-001': 'only ElastiCache measures SwapUsage and FreeableMemory; on this machine nobody does.',
    'Credits-local-0001-001': untold(30),
  });
});

test('of a busy node only the credits have no data, which no engine tells', () => {
  const metrics = new MetricStore();
  for (let minute = 0; minute < 60; minute++)
    metrics.recordAt(Date.now() - minute * 60_000, ofNode('local-0001-001', 'CPUUtilization', 'Average'), 60);
  const credits = alarmStates(localAlarms(1), metrics).find(({ name }) => name.startsWith('Credits'));
  expect(credits).toMatchObject({
    state: 'INSUFFICIENT_DATA',
    description: expect.stringMatching(/: only ElastiCache measures CPUCreditBalance;/) as string,
  });
});
