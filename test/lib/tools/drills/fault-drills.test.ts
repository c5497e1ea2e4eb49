import { CAUSES } from '../../../../lambda/contract/causes';
import { DRILLS } from '../../../../lib/tools/drills/drills';
import { FAULT_DRILLS, SELF_HEALING } from '../../../../lib/tools/drills/fault-drills';
import { FAULTS } from '../../../../lib/tools/faults/faults';
import { readResults } from '../../../../lib/tools/text/results-file';
import type { DrillMessage } from '../../../../lib/tools/drills/run-drill';

const names = FAULTS.map(({ name }) => name);

test('each fault is played against the alarms, or stands with the reason why none tells of it', () => {
  const played = Object.keys(FAULT_DRILLS);
  expect([...played, ...Object.keys(SELF_HEALING)].sort()).toEqual([...names].sort());
  for (const { causes } of Object.values(FAULT_DRILLS)) {
    expect(causes.length).toBeGreaterThan(0);
    for (const cause of causes) expect(CAUSES).toContain(cause);
  }
});

test('what the first message said is kept of every drill and every such fault, and at least 34 of 37 are true', () => {
  const { figures } = readResults<DrillMessage[]>('first-messages');
  expect(figures.map(({ drill }) => drill)).toEqual([...Object.keys(DRILLS), ...Object.keys(FAULT_DRILLS)]);
  expect(figures.filter(({ right }) => right).length / figures.length).toBeGreaterThanOrEqual(34 / 37);
});
