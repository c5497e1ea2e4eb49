import { CAUSES } from '../../../../lambda/contract/causes';
import { FAULT_DRILLS, SELF_HEALING } from '../../../../lib/tools/drills/fault-drills';
import { FAULTS } from '../../../../lib/tools/faults/faults';

const names = FAULTS.map(({ name }) => name);

test('each fault is played against the alarms, or stands with the reason why none tells of it', () => {
  const played = Object.keys(FAULT_DRILLS);
  expect([...played, ...Object.keys(SELF_HEALING)].sort()).toEqual([...names].sort());
  for (const { causes } of Object.values(FAULT_DRILLS)) {
    expect(causes.length).toBeGreaterThan(0);
    for (const cause of causes) expect(CAUSES).toContain(cause);
  }
});
