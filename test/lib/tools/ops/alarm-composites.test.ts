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
});

test('an alarm that is none is told what was probably meant, or all that there are', () => {
  const nodes = ['Memory-prod-0001-001', 'Memory-prod-0002-001', 'Cpu-prod-0001-001', 'HitRate'];
  const states = nodes.map((name) => ({ name, state: 'OK', since: '', reason: '', description: '' }) as const);
  const missing = (written: string) => () => alarmNamed(states, written, 'prod');
  const all = 'All of them: npm run ops -- alarms';
  expect(missing('Memory')).toThrow(`There is no alarm "Memory"; did you mean ${nodes[0]}, ${nodes[1]}? ${all}`);
  expect(missing('prod-hitrates')).toThrow(`There is no alarm "prod-hitrates"; did you mean HitRate? ${all}`);
  expect(missing('Nothing')).toThrow(`There is no alarm "Nothing"; there are ${nodes.join(', ')}.`);
  expect(missing('Nothing')).toThrow(expect.objectContaining({ exitCode: EXIT.usage }) as Error);
});
