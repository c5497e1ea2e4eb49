import { windowViolation } from '../../../lib/stages/windows';
import { zoneViolation } from '../../../lib/stages/zones';

const SUNDAY = 'sun:19:00-sun:20:00';

test.each([
  ['just before it', '18:00-19:00', SUNDAY],
  ['just after it', '20:00-21:00', SUNDAY],
  ['over midnight, before Monday', '23:30-00:30', 'mon:00:30-mon:01:30'],
  ['over midnight, after Sunday', '23:30-00:30', 'sun:22:30-sun:23:30'],
  ['after a window over the end of the week', '00:30-01:30', 'sun:23:30-mon:00:30'],
  ['before a window over the end of the week', '22:30-23:30', 'sun:23:30-mon:00:30'],
])('snapshots %s do not meet maintenance: %s, %s', (_, snapshot, maintenance) => {
  expect(windowViolation(snapshot, maintenance)).toBeUndefined();
});

test.each([
  ['19:59-20:59', SUNDAY],
  ['18:01-19:01', SUNDAY],
  ['18:00-21:00', SUNDAY],
  ['19:10-20:10', 'sun:18:00-sun:22:00'],
  ['18:30-18:00', SUNDAY],
  ['23:30-00:31', 'mon:00:30-mon:01:30'],
  ['23:30-00:30', 'sun:22:30-sun:23:31'],
  ['00:29-01:29', 'sun:23:30-mon:00:30'],
  ['03:00-04:00', 'mon:19:00-tue:20:00'],
  ...['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => ['19:30-20:30', `${day}:19:00-${day}:20:00`]),
])('snapshots of %s meet maintenance of %s', (snapshot = '', maintenance = '') => {
  expect(windowViolation(snapshot, maintenance)).toEqual({
    setting: 'cache.snapshotWindow',
    rule: `must not overlap cache.maintenanceWindow (${maintenance})`,
    received: snapshot,
  });
});

test('each window lasts an hour at least', () => {
  const rule = 'must last at least 60 minutes';
  for (const snapshot of ['18:00-18:59', '18:00-18:00', '23:30-00:29'])
    expect(windowViolation(snapshot, SUNDAY)).toEqual({ setting: 'cache.snapshotWindow', rule, received: snapshot });
  for (const maintenance of ['sun:19:00-sun:19:59', 'sun:19:00-sun:19:00', 'sun:23:30-mon:00:29'])
    expect(windowViolation('03:00-04:00', maintenance)).toEqual({
      setting: 'cache.maintenanceWindow',
      rule,
      received: maintenance,
    });
});

test.each([
  ['ap-northeast-2', ['ap-northeast-2a', 'ap-northeast-2d'], ['ap-northeast-2e', 'ap-northeast-2', 'us-east-1a']],
  ['ap-northeast-1', ['ap-northeast-1a', 'ap-northeast-1c', 'ap-northeast-1d'], ['ap-northeast-1b']],
  ['us-east-1', ['us-east-1a', 'us-east-1f'], ['us-east-1g', 'us-east-1aa']],
])('zones of %s are %j, not %j', (region, zones, others) => {
  expect(zoneViolation('zones', region, zones)).toBeUndefined();
  for (const other of others)
    expect(zoneViolation('zones', region, [...zones, other])).toEqual({
      setting: 'zones',
      rule: expect.stringMatching(`^must be zones of ${region}`) as string,
      received: other,
    });
});
