import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeCacheClustersCommand, DescribeUpdateActionsCommand } from '@aws-sdk/client-elasticache';
import { ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import { ops } from './terminal';
import { cloudWatch, elastiCache, figures, logs, member, primary, replica, sns, target, wellStage } from './aws-stage';

beforeEach(wellStage);

describe('status', () => {
  test('shows nodes with their roles over all pages, and ends with 0 when all is well', async () => {
    figures.metrics = { ...figures.metrics, DatabaseMemoryUsagePercentage: 41, CPUUtilization: 7, CurrConnections: 23 };
    const { output, code } = await ops(target(), 'status');
    expect(output).toMatch(/memory % .* CPU % .* connections/);
    expect(output).toMatch(/carfin-prod-0001-001 .* 41 .* 7 .* 23 /);
    expect(output).toContain('valkey 7.2.6');
    expect(output).toMatch(/carfin-prod-0001-001 .* primary .* ap-northeast-2a/);
    expect(output).toMatch(/carfin-prod-0001-002 .* replica .* ap-northeast-2c/);
    expect(output).toContain('pending: nothing');
    expect(output).toContain('events of ElastiCache: topic active');
    expect(output).toMatch(/paged: oncall@carfin\.example\ntold: morning@carfin\.example/);
    expect(output).toContain('Whether the database answers: npm run ops -- doctor --stage ');
    expect(output).not.toContain('somebody-elses');
    expect(code).toBe(0);
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      'a node that is not there',
      () =>
        elastiCache
          .on(DescribeCacheClustersCommand)
          .resolves({ CacheClusters: [member(primary, 'available'), member(replica, 'rebooting cluster nodes')] }),
      /node carfin-prod-0001-002 is rebooting/,
    ],
    [
      'an alarm',
      () =>
        cloudWatch.on(DescribeAlarmsCommand).resolves({
          CompositeAlarms: [
            { AlarmName: 'carfin-prod-PeopleFeelIt', StateValue: 'ALARM', StateUpdatedTimestamp: new Date() },
          ],
        }),
      /alarm PeopleFeelIt: npm run ops -- diagnose PeopleFeelIt/,
    ],
    ['no alarm at all', () => cloudWatch.on(DescribeAlarmsCommand).resolves({}), /no alarm at all/],
    [
      'a recipient who never confirmed',
      () =>
        sns.on(ListSubscriptionsByTopicCommand).resolves({
          Subscriptions: [{ Endpoint: 'a@b.example', Protocol: 'email', SubscriptionArn: 'PendingConfirmation' }],
        }),
      /nobody would be paged[^]*a@b\.example has not confirmed[^]*nobody would be told/,
    ],
    [
      'a topic of events that ElastiCache gave up',
      () =>
        elastiCache.on(DescribeCacheClustersCommand).resolves({
          CacheClusters: [
            member(primary, 'available'),
            { ...member(replica, 'available'), NotificationConfiguration: { TopicStatus: 'inactive' } },
          ],
        }),
      /topic is inactive: failovers are told to nobody[^]*modify-replication-group --replication-group-id carfin-prod/,
    ],
  ])('flags %s and ends with 1', async (_, damage, found) => {
    damage();
    const { output, code } = await ops(target(), 'status');
    expect(output).toMatch(found);
    expect(code).toBe(1);
  });

  test('names service updates and changes that wait', async () => {
    elastiCache.on(DescribeUpdateActionsCommand).resolves({
      UpdateActions: [
        { ServiceUpdateName: 'valkey-7-2-9', ServiceUpdateSeverity: 'important', UpdateActionStatus: 'not-applied' },
      ],
    });
    elastiCache.on(DescribeCacheClustersCommand).resolves({
      CacheClusters: [{ ...member(primary, 'available'), PendingModifiedValues: { EngineVersion: '8.0' } }],
    });
    const { output } = await ops(target(), 'status');
    expect(output).toMatch(/service update valkey-7-2-9 \(important\), not-applied/);
    expect(output).toMatch(/change of carfin-prod-0001-001: \{"EngineVersion":"8.0"\}, in the window sun:19:00/);
  });
});

describe('promises', () => {
  test('are computed from sums over the whole window, with a bar for each period', async () => {
    const { output, code } = await ops(target(), '--json promises');
    const promises = JSON.parse(output) as {
      id: string;
      windows: { value?: number; kept?: boolean; sparkline: string }[];
    }[];
    const [hitRate, gateway, handler, saved] = ['hitRate', 'search', 'searchHandler', 'queriesSaved'].map((id) =>
      promises.find((each) => each.id === id),
    );
    expect(hitRate?.windows.map(({ value, kept }) => [value, kept])).toEqual(new Array(3).fill([90, true]));
    expect(hitRate?.windows.map(({ sparkline }) => sparkline.length)).toEqual([12, 24, 28]);
    expect(gateway?.windows[0]).toMatchObject({ sparkline: ' '.repeat(12) });
    expect(gateway?.windows[0]?.value).toBeNull();
    expect(handler?.windows[0]?.value).toBe(8);
    expect(saved?.windows[0]?.value).toBe(90);
    expect(code).toBe(0);
  });

  test('those of people: sessions found again, questions answered, scores', async () => {
    figures.metrics = {
      SessionsFound: 90,
      SessionsMissing: 10,
      QuestionsAsked: 8,
      QuestionsAnswered: 8,
      SatisfactionScore: 4.75,
    };
    const { output, code } = await ops(target(), 'promises');
    expect(output).toMatch(/sessions and chats found again .* at least 95 % .* 90 % ✖/);
    expect(output).toMatch(/questions of a session answered .* at least 90 % .* 100 % /);
    expect(output).toMatch(/satisfaction given by people .* at least 4\.5 of 5 .* 4\.75 of 5 /);
    expect(code).toBe(1);
  });

  test('of so few searches that they say nothing no share of queries is shown', async () => {
    figures.metrics = { AnswersFromCache: 1, DatabaseQueries: 3 };
    const { output } = await ops(target(), 'promises');
    expect(output).toMatch(/ database queries saved +│ at least 60 % +│ \? +│/);
  });

  test('one that the last hour misses is marked, and ends with 1', async () => {
    figures.metrics = { ...figures.metrics, AnswersFromDatabase: 210 };
    const { output, code } = await ops(target(), 'promises');
    expect(output).toMatch(/searches answered without the database .* at least 70 % .* 30 % ✖/);
    expect(code).toBe(1);
  });
});

describe('logs', () => {
  const line = (at: number, entry: object) => ({ timestamp: at, message: JSON.stringify(entry) });

  test('are read page by page, the newest kept, as text that a person reads', async () => {
    logs
      .on(FilterLogEventsCommand, { logGroupName: '/aws/lambda/carfin-prod-search', filterPattern: '"layer"' })
      .resolvesOnce({ events: [line(1, { level: 'WARN', message: 'old' })], nextToken: 'more' })
      .resolves({
        events: [
          line(3, { level: 'WARN', message: 'Connecting failed', layer: 'TLS', service: 'search' }),
          line(2, { _aws: {} }),
        ],
      });
    const { output, code } = await ops(target(), 'logs search --since 2h --contains layer --limit 1');
    expect(output).toBe('00:00:00.003 WARN Connecting failed {"layer":"TLS"}\n');
    expect(code).toBe(0);
    const { startTime = 0 } = logs.commandCalls(FilterLogEventsCommand)[0]?.args[0].input ?? {};
    expect(Math.abs(Date.now() - 7_200_000 - startTime)).toBeLessThan(60_000);
  });

  test('metrics and sealed lines of the audit hide none: they are left out before lines are counted', async () => {
    const metrics = Array.from({ length: 300 }, (_, i) => line(i + 2, i % 2 === 0 ? { _aws: {} } : { audit: 'a+/9=' }));
    logs.on(FilterLogEventsCommand).resolves({ events: [line(1, { level: 'WARN', message: 'Said' }), ...metrics] });
    expect((await ops(target(), 'logs search')).output).toBe('00:00:00.001 WARN Said\n');
    expect(JSON.parse((await ops(target(), 'logs search --metrics --json')).output)).toHaveLength(200);
    logs.on(FilterLogEventsCommand).resolves({ events: metrics });
    const said = async (options: string) => (await ops(target(), `logs search ${options}`.trim())).output;
    expect(await said('')).toBe('Nothing but 300 lines of metrics or audit in the last 15m: --metrics shows them.\n');
    logs.on(FilterLogEventsCommand).resolves({ events: [] });
    expect(await said('--since 2h')).toBe('Nothing in the last 2h.\n');
    expect(await said('--contains layer')).toBe('Nothing with "layer" in the last 15m.\n');
    expect(await said('--errors')).toBe('Nothing that went wrong in the last 15m.\n');
  });
});

test('service updates that can’t be listed hide nothing else', async () => {
  elastiCache.on(DescribeUpdateActionsCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));
  const { output } = await ops(target(), 'status');
  expect(output).toMatch(/carfin-prod-0001-001[^]*service updates could not be listed: AccessDenied: no/);
});

test('--watch repeats until it is interrupted', async () => {
  const interrupt = new AbortController();
  let shown = 0;
  const write = () => {
    if (++shown === 3) interrupt.abort();
  };
  const { code } = await ops(target(), 'alarms --watch 1', { write, signal: interrupt.signal });
  expect([shown, code]).toEqual([3, 0]);
});

test.each([
  // Beyond 31 bits of milliseconds Node.js would not wait at all.
  ['status --watch 3000000', 'It must be a whole number from 1 to 86400, received "3000000".'],
  ['logs search --since 10000d', '"10000d" is no time span. Write a number from 1 to 9999 and s, m, h or d: 15m, 2h.'],
  ['logs search --since 0m', '"0m" is no time span.'],
  ['catalogue help', "unknown command 'help'"],
  ['help status', "unknown command 'help'"],
])('%s is wrong usage: %s', async (line, words) => {
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const { output, code } = await ops(target(), line);
  expect(write.mock.calls.join('')).toContain(words);
  expect([output, code]).toEqual(['', 2]);
  write.mockRestore();
});
