import { compositeStates, telling } from '../../../../lib/tools/ops/alarms/composites';
import type { AlarmDefinition } from '../../../../lib/tools/ops/alarms/definitions';
import { alarmNamed } from '../../../../lib/tools/ops/alarms/named';
import { EXIT } from '../../../../lib/tools/ops/report/errors';

const NAMES = [
  'ValkeyBurnHour',
  'ValkeyBurnFiveMinutes',
  'HitRate',
  'Memory-a',
  'Memory-b',
  'SearchLatency',
  'Heartbeat',
];
const stateOf = (firing: string[], name: string) =>
  compositeStates(NAMES, new Map(firing.map((each) => [each, '']))).find((each) => each.name === name);

test('a stage has the composite alarms of its alarms, parts first, each with its description', () => {
  const states = compositeStates(NAMES, new Map());
  expect(states.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'PeopleFeelIt OK',
    'ValkeyBurnFast OK',
    'ValkeyAvailability OK',
    'CacheGivesLittle OK',
    'Latency OK',
    'NodeMemory OK',
  ]);
  for (const { name, since, description, reason } of states) {
    expect([since, reason]).toEqual(['', 'none of its alarms fires']);
    expect(description).toContain(`npm run ops -- diagnose ${name} --stage local`);
  }
});

test('both windows of a burn rate must fire, and then what is made of them does; one node is enough', () => {
  expect(stateOf(['ValkeyBurnHour'], 'ValkeyBurnFast')).toMatchObject({
    state: 'OK',
    reason: 'ValkeyBurnHour of ValkeyBurnHour, ValkeyBurnFiveMinutes',
  });
  const both = ['ValkeyBurnHour', 'ValkeyBurnFiveMinutes'];
  expect(stateOf(both, 'ValkeyBurnFast')).toMatchObject({
    state: 'ALARM',
    reason: 'ValkeyBurnHour, ValkeyBurnFiveMinutes of ValkeyBurnHour, ValkeyBurnFiveMinutes',
  });
  expect(stateOf(both, 'ValkeyAvailability')).toMatchObject({
    state: 'ALARM',
    reason: 'ValkeyBurnFast of ValkeyBurnFast, ValkeyBurnSlow',
  });
  expect(stateOf(['Memory-b'], 'NodeMemory')).toMatchObject({
    state: 'ALARM',
    reason: 'Memory-b of Memory, Evictions, Swap',
  });
});

test('people are told of composite alarms and of alarms that tell alone, never of parts or of what follows', () => {
  const alarms = [...NAMES.map((name) => ({ name, tells: false })), { name: 'DatabaseErrors', tells: true }];
  const told = (...firing: string[]) => telling(alarms as AlarmDefinition[], new Set(firing));
  expect(told()).toStrictEqual([]);
  expect(told('ValkeyBurnHour', 'ValkeyBurnFiveMinutes')).toEqual(['ValkeyAvailability']);
  expect(told('HitRate', 'SearchLatency')).toEqual(['CacheGivesLittle', 'Latency']);
  expect(told('HitRate', 'SearchLatency', 'Heartbeat')).toEqual(['PeopleFeelIt', 'CacheGivesLittle']);
  expect(told('HitRate', 'ValkeyBurnHour', 'ValkeyBurnFiveMinutes')).toEqual(['ValkeyAvailability']);
  expect(told('DatabaseErrors', 'Memory-a')).toEqual(['NodeMemory', 'DatabaseErrors']);
});

test('an alarm is found by its name as a mail, a console or a person writes it', () => {
  const states = compositeStates(NAMES, new Map());
  for (const written of [
    'NodeMemory',
    'nodememory',
    ' NodeMemory ',
    'carfin-prod-NodeMemory',
    'CARFIN-PROD-nodememory',
    'ALARM: "carfin-prod-NodeMemory" in Asia Pacific (Seoul)',
  ])
    expect(alarmNamed(states, written, 'Carfin-Prod').name).toBe('NodeMemory');
  const missing = () => alarmNamed(states, 'Nodememories', 'carfin-prod');
  expect(missing).toThrow(
    'There is no alarm "Nodememories"; there are PeopleFeelIt, ValkeyBurnFast, ValkeyAvailability, ' +
      'CacheGivesLittle, Latency, NodeMemory.',
  );
  expect(missing).toThrow(expect.objectContaining({ exitCode: EXIT.usage }) as Error);
});
