import { VALKEY_DOWN, type CauseId } from '../../../lambda/contract/causes';
import { METRICS } from '../../../lambda/contract/metrics';
import { causesOf } from '../../../lambda/diagnosis/causes';
import type { Evidence } from '../../../lambda/diagnosis/evidence';
import { meanOf } from '../../../lambda/diagnosis/recent';
import { RULES } from '../../../lambda/diagnosis/rules';
import { climb, type Check } from '../../../lambda/doctor/check';

const WELL: Evidence = {
  cluster: { status: 'available', nodes: [{ id: 'carfin-prod-0001-001', status: 'available' }] },
  checks: [],
  catalogue: { current: 'v' },
  firing: [],
  causes: [],
  recent: { [METRICS.warmUpSucceeded]: 15 },
  asked: { metrics: true },
};
const likeliest = (damage: Partial<Evidence>) => causesOf({ ...WELL, ...damage })[0]?.id;

test('where all is well, nothing is named', () => {
  expect(likeliest({})).toBeUndefined();
});

test('people who are not content explain the alarm of their scores, and no other', () => {
  const recent = { ...WELL.recent, [meanOf(METRICS.satisfactionScore)]: 3 };
  expect(likeliest({ recent, causes: ['peopleUnhappy', 'noCatalogue'] })).toBe('peopleUnhappy');
  expect(likeliest({ recent, causes: ['nodeOverloaded'] })).toBeUndefined();
});

test('a node that is being backed up works, one that reboots does not', () => {
  const status = (of: string) => ({ cluster: { status: of, nodes: [{ id: 'carfin-prod-0001-001', status: of }] } });
  expect(likeliest(status('snapshotting'))).toBeUndefined();
  expect(likeliest(status('rebooting cluster nodes'))).toBe('nodeDown');
});

test('where Valkey is not there or says no, nothing is advised that is written there', () => {
  const levers = /npm run ops -- (?:cache|catalogue)/;
  const advised = (id: CauseId) => {
    const { next } = RULES[id];
    return typeof next === 'function' ? next(WELL) : next;
  };
  expect(levers.test(advised('valkeySlow') ?? '')).toBe(true);
  expect(VALKEY_DOWN.filter((id) => levers.test(advised(id) ?? ''))).toStrictEqual([]);
});

describe('a check that fails speaks for one cause, by its code', () => {
  const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });
  const coded = (code: string) => Object.assign(new Error('what a person wrote'), { code });
  const CHECKS: [system: Check['system'], layer: string, error: Error, cause: CauseId][] = [
    ['Valkey', 'DNS', coded('ENOTFOUND'), 'valkeyUnreachable'],
    ['Valkey', 'TCP', coded('ECONNREFUSED'), 'valkeyUnreachable'],
    ['Valkey', 'TCP', coded('ETIMEDOUT'), 'valkeyUnreachable'],
    ['Valkey', 'TLS', coded('ECONNRESET'), 'valkeyUnreachable'],
    ['Valkey', 'TLS', coded('ETIMEDOUT'), 'valkeySilent'],
    ['Valkey', 'TLS', coded('CERT_HAS_EXPIRED'), 'valkeyCertificate'],
    ['Valkey', 'TLS', coded('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'valkeyCertificate'],
    ['Valkey', 'authentication', reply('WRONGPASS invalid username-password pair'), 'valkeyRefusesLogin'],
    ['Valkey', 'authentication', new Error('Command timed out'), 'valkeySilent'],
    ['Valkey', 'authentication', reply('LOADING the dataset into memory'), 'valkeyLoading'],
    ['Valkey', 'cluster', reply('BUSY Valkey is busy'), 'valkeyBusy'],
    ['Valkey', 'cluster', new Error('cluster_state is fail', { cause: reply('LOADING it is') }), 'valkeyLoading'],
    ['Valkey', 'cluster', new Error('cluster_state is fail'), 'nodeDown'],
    ['Valkey', 'permission', reply('NOPERM this user has no permissions'), 'valkeyForbids'],
    ['Valkey', 'writes', reply('OOM command not allowed'), 'memoryFull'],
    ['Valkey', 'writes', reply('NOREPLICAS not enough good replicas'), 'valkeyReadOnly'],
    ['Valkey', 'writes', reply("READONLY you can't write"), 'valkeyReadOnly'],
    ['database', 'TCP', coded('ECONNREFUSED'), 'databaseUnreachable'],
    ['database', 'login', coded('28000'), 'databaseRefusesLogin'],
    ['database', 'login', coded('28P01'), 'databaseRefusesLogin'],
    ['database', 'login', coded('53300'), 'databaseFull'],
    ['database', 'login', new Error('timeout exceeded when trying to connect'), 'databaseSilent'],
    ['database', 'login', new Error('Connection terminated unexpectedly'), 'databaseUnreachable'],
    ['database', 'table', coded('42P01'), 'tableChanged'],
    ['database', 'table', new Error('price is missing'), 'tableChanged'],
    ['database', 'table', coded('57P01'), 'databaseUnreachable'],
  ];

  test.each(CHECKS)('%s %s: %s is %s', async (system, name, error, cause) => {
    const checks = await climb(system, [{ name, look: () => Promise.reject(error), advice: 'what to do' }]);
    expect(likeliest({ checks })).toBe(cause);
    expect(JSON.stringify(causesOf({ ...WELL, checks }))).not.toMatch(
      /what a person wrote|username-password|dataset into/,
    );
  });
});

test('a check that fails is named as a check, whatever its name', () => {
  const failed = { system: 'Valkey', layer: 'writes', outcome: 'failed', milliseconds: 1, code: 'OOM' } as const;
  const checks = [{ ...failed, found: 'primary 127.0.0.1:7000 takes no write: OOM' }];
  expect(causesOf({ ...WELL, checks })[0]?.because).toBe(
    'the check “writes” fails: primary 127.0.0.1:7000 takes no write: OOM',
  );
});

test('a node that is gone comes back by ElastiCache, or as is told of where it is', () => {
  const cluster = { status: 'available', nodes: [{ id: 'local-0003-001', status: 'not answering' }] };
  const [there] = causesOf({ ...WELL, cluster });
  expect([there?.next, there?.risk]).toEqual([
    'npm run ops -- status',
    expect.stringContaining('ElastiCache replaces'),
  ]);
  const wayBack = { next: 'npm start', risk: 'sessions begin anew' };
  const [here] = causesOf({ ...WELL, cluster, wayBack });
  expect(here).toMatchObject({ id: 'nodeDown', ...wayBack });
});

test('commands that brought damaged values are told as that alone, with a lever that keeps searches from them', () => {
  const counts = { [METRICS.valkeyFailures]: 64, [METRICS.valkeyOperations]: 528, [METRICS.valuesDamaged]: 64 };
  const told = (recent: object) => causesOf({ ...WELL, recent: { ...WELL.recent, ...counts, ...recent } });
  expect(told({}).map(({ id, next }) => [id, next])).toEqual([
    ['valuesDamaged', 'npm run ops -- cache bypass on --for 30m'],
  ]);
  const [, others] = told({ [METRICS.valkeyFailures]: 71 });
  expect([others?.id, others?.because]).toEqual(['valkeyFails', '7 of 528 in the last 15 min']);
});

test('what Valkey refuses leads to the doctor, or to the log of another function where search may all', () => {
  const layer = (outcome: Check['outcome']) => ({
    system: 'Valkey',
    layer: 'TCP',
    outcome,
    milliseconds: 1,
    found: '',
  });
  const next = (metric: string, outcome: Check['outcome'], more: object = {}) =>
    causesOf({
      ...WELL,
      recent: { ...WELL.recent, [metric]: 2, ...more },
      checks: [layer(outcome) as Check],
    }).find(({ id }) => id === 'valkeyForbids' || id === 'valkeyRefusesLogin')?.next;
  for (const metric of ['AuthenticationFailures', 'KeyAuthorizationFailures', 'CommandAuthorizationFailures']) {
    expect(next(metric, 'failed')).toBe('npm run ops -- doctor');
    expect(next(metric, 'ok')).toBe('npm run ops -- logs conversation --contains layer');
    expect(next(metric, 'ok', { [METRICS.warmUpFailed]: 14 })).toBe('npm run ops -- logs warm-up --contains layer');
  }
});

test('commands that fail lead to the log only where it names a layer', () => {
  const recent = { ...WELL.recent, [METRICS.valkeyFailures]: 7, [METRICS.valkeyOperations]: 613 };
  const next = (complaints: string[]) => causesOf({ ...WELL, recent, complaints })[0]?.next;
  const layer = '"message":"Connecting to Valkey failed","layer":"TCP"';
  expect([next([]), next([`warm-up: {${layer}}`])]).toEqual(Array(2).fill('npm run ops -- doctor'));
  expect(next([`search: {${layer}}`])).toBe('npm run ops -- logs search --contains layer');
});

describe('what was counted speaks for what no check sees now', () => {
  test.each<[string, Partial<Evidence>, CauseId]>([
    ['values that are damaged', { recent: { [METRICS.valuesDamaged]: 6 } }, 'valuesDamaged'],
    ['connections that end', { recent: { [METRICS.valkeyConnectionsLost]: 6 } }, 'connectionsEnd'],
    ['those of the database', { recent: { [METRICS.databaseConnectionsLost]: 6 } }, 'databaseConnectionsEnd'],
    ['searches without an index', { recent: { [METRICS.indexMissing]: 6 } }, 'indexDamaged'],
    [
      'a node that is back',
      { nodeEvents: [{ id: 'carfin-prod-0001-001', what: 'was replaced', minutesAgo: 4 }] },
      'nodeReturned',
    ],
    ['an index that is old by one clock', { recent: { [METRICS.indexAge]: 3_600 } }, 'clockWrong'],
    ['logins that are refused', { recent: { AuthenticationFailures: 1 } }, 'valkeyRefusesLogin'],
    ['commands that are refused', { recent: { CommandAuthorizationFailures: 1 } }, 'valkeyForbids'],
    ['a function near its concurrency', { firing: ['Concurrency-search'] }, 'functionsThrottled'],
  ])('%s', (_, damage, cause) => {
    const recent = { ...WELL.recent, ...damage.recent };
    expect(likeliest({ ...damage, recent })).toBe(cause);
  });

  // As they were counted on two busy cores under the drills of these names.
  test.each<[string, [operations: number, failures: number, lost: number], roundTrip: number | undefined, CauseId[]]>([
    ['slow-valkey', [900, 597, 149], 91.9, ['valkeySlow', 'valkeyFails']],
    ['slow-valkey, again', [2_411, 2_214, 24], 63.9, ['valkeySlow', 'valkeyFails']],
    ['slow-valkey, with too few answers for a mean', [3_528, 3_438, 24], undefined, ['valkeySlow', 'valkeyFails']],
    ['flapping', [1_030, 618, 618], 7.9, ['connectionsEnd', 'valkeySlow', 'valkeyFails']],
    ['valkey-connections-end', [2_432, 2_212, 1_916], 16.2, ['connectionsEnd', 'valkeySlow', 'valkeyFails']],
  ])('connections that commands out of time end are no cause: %s', (_, counts, roundTrip, causes) => {
    const [operations, failures, lost] = counts;
    const recent = {
      ...WELL.recent,
      [METRICS.valkeyOperations]: operations,
      [METRICS.valkeyFailures]: failures,
      [METRICS.valkeyConnectionsLost]: lost,
      [METRICS.breakerOpen]: 99,
      [meanOf(METRICS.valkeyRoundTrip)]: roundTrip,
    };
    const found = { system: 'Valkey', layer: 'TCP', milliseconds: 1, found: '' } as const;
    const causesWith = (outcome: 'ok' | 'failed') =>
      causesOf({ ...WELL, recent, checks: [{ ...found, outcome }] }).map(({ id }) => id);
    expect(causesWith('ok')).toEqual(causes);
    // What the doctor finds says more than how late commands are.
    expect(causesWith('failed')[0]).toBe('valkeyUnreachable');
    expect(causesWith('failed').includes('valkeySlow')).toBe(roundTrip !== undefined);
  });

  test('errors of a warm-up that told of its failure are that failure; those beyond it are a function’s', () => {
    const failed = { [METRICS.warmUpFailed]: 5, 'Errors of warm-up': 5 };
    expect(causesOf({ ...WELL, recent: failed }).map(({ id }) => id)).toEqual(['warmUpFails']);
    const ended = { [METRICS.warmUpSucceeded]: 10, [METRICS.warmUpFailed]: 5, 'Errors of warm-up': 7 };
    const [first] = causesOf({ ...WELL, recent: ended });
    expect([first?.id, first?.because]).toEqual(['functionsFail', 'warm-up: 2']);
  });

  test('five are an accident unless commands fail of little else, and an old index is none while warm-ups fail', () => {
    const recent = { [METRICS.warmUpSucceeded]: 15, [METRICS.valuesDamaged]: 5, [METRICS.valkeyConnectionsLost]: 5 };
    expect(likeliest({ recent })).toBeUndefined();
    const failing = (failures: number) => likeliest({ recent: { ...recent, [METRICS.valkeyFailures]: failures } });
    expect([failing(10), failing(11)]).toEqual(['valuesDamaged', 'valkeyFails']);
    expect(likeliest({ recent: { [METRICS.warmUpFailed]: 3, [METRICS.indexAge]: 3_600 } })).toBe('warmUpFails');
  });
});
