import { evaluateAlarm } from '../../../../lib/tools/ops/alarms/evaluate';
import { localAlarms } from '../../../../lib/tools/ops/local/local-alarms';

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
