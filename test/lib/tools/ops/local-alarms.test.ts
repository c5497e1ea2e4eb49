import { evaluateAlarm } from '../../../../lib/tools/ops/alarms/evaluate';
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
    // While the CPU is known, credits are not looked at.
    'Credits-local-0001-001': untold(30),
  });
});
