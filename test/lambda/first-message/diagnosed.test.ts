import { diagnosed } from '../../../lambda/first-message/first-message';
import type { StageView } from '../../../lambda/first-message/stage-view';
import { METRICS } from '../../../lambda/contract/metrics';
import { ALARM_CAUSES } from '../../../lib/constructs/observability/alarm-table/alarm-causes';

const stage = { stage: 'prod', groupId: 'carfin-prod' };
const fired = {
  name: 'PeopleFeelIt',
  description:
    'People get no answers. First: npm run ops -- diagnose PeopleFeelIt --stage prod. Runbook: ' +
    'https://wiki.example/people-feel-it.md. Made of Heartbeat.',
};
const WELL: StageView = {
  firing: () => Promise.resolve(['PeopleFeelIt', 'ApiErrors']),
  cluster: () => Promise.resolve({ status: 'available', nodes: [{ id: 'carfin-prod-0001-001', status: 'available' }] }),
  nodeEvents: () => Promise.resolve([]),
  examined: () => Promise.resolve({ checks: [], catalogue: { current: 'v', bypass: undefined } }),
  recent: () => Promise.resolve({ [METRICS.warmUpSucceeded]: 15 }),
};
const write = (damage: Partial<StageView>) => diagnosed(stage, { ...WELL, ...damage }, ALARM_CAUSES, fired);

test('says who feels it, the cause with its evidence, one thing to type with its risk, and the page', async () => {
  const cluster = () =>
    Promise.resolve({ status: 'available', nodes: [{ id: 'carfin-prod-0001-001', status: 'rebooting' }] });
  const { subject, text } = await write({ cluster });
  expect(subject).toBe('carfin-prod: PeopleFeelIt: a node of Valkey is not available');
  expect(text.split('\n')).toEqual([
    'PeopleFeelIt: People get no answers.',
    'Likely cause: a node of Valkey is not available: carfin-prod-0001-001 is rebooting',
    'Type: npm run ops -- status --stage prod',
    expect.stringMatching(/^Risk: none/),
    'Runbook: https://wiki.example/people-feel-it.md',
    'More: npm run ops -- diagnose PeopleFeelIt --stage prod',
    'Board: npm run ops -- board --stage prod',
  ]);
});

test('a function that fails is named, and its own log is what to read', async () => {
  const recent = () => Promise.resolve({ 'Errors of conversation': 9, 'Errors of search': 1 });
  const { text } = await write({ recent });
  expect(text).toContain('Type: npm run ops -- logs conversation --errors --stage prod');
});

test('nothing answers: it says so, and still what to type', async () => {
  const never = () => Promise.reject(new Error('AccessDenied'));
  const { subject, text } = await write({
    firing: never,
    cluster: never,
    nodeEvents: never,
    examined: never,
    recent: never,
  });
  expect(subject).toBe('carfin-prod: PeopleFeelIt: cause unknown');
  expect(text).toContain('Type: npm run ops -- diagnose PeopleFeelIt --stage prod');
  expect(text.match(/Could not be asked: /g)).toHaveLength(5);
});

test('its subject is one that SNS takes: ASCII, at most 100 characters', async () => {
  const checks = [
    { system: 'Valkey', layer: 'TCP', outcome: 'failed', milliseconds: 1, found: 'timeout', code: 'ETIMEDOUT' },
  ] as const;
  const { subject } = await write({ examined: () => Promise.resolve({ checks: [...checks] }) });
  expect(subject).toBe("carfin-prod: PeopleFeelIt: search can't reach Valkey");
  const long = await diagnosed({ ...stage, groupId: 'g'.repeat(120) }, WELL, ALARM_CAUSES, fired);
  expect(long.subject).toHaveLength(100);
});
