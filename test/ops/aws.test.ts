import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, DescribeAlarmsCommand, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeCacheClustersCommand,
  DescribeReplicationGroupsCommand,
  DescribeUpdateActionsCommand,
  ElastiCacheClient,
} from '@aws-sdk/client-elasticache';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListSubscriptionsByTopicCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { AwsTarget } from '../../lib/ops/aws/aws-target';
import { pageTest } from '../../lib/ops/commands/page-test';
import { connectTarget } from '../../lib/ops/connect';
import { parseSettings } from '../../lib/stages/parse-settings';
import { prod } from '../../lib/stages/prod';
import { ops } from './terminal';

const settings = parseSettings('prod', prod);
const [primary, replica] = ['carfin-prod-0001-001', 'carfin-prod-0001-002'];
const topic = 'arn:aws:sns:ap-northeast-2:111122223333:alarms';

const [cloudFormation, cloudWatch, logs, elastiCache, lambda, sns, sts] = [
  mockClient(CloudFormationClient),
  mockClient(CloudWatchClient),
  mockClient(CloudWatchLogsClient),
  mockClient(ElastiCacheClient),
  mockClient(LambdaClient),
  mockClient(SNSClient),
  mockClient(STSClient),
];

/** Values of metrics by name: every period has the same, so that sums and means are easy to see. */
let metrics: Record<string, number>;

const member = (id: string, status: string) => ({
  CacheClusterId: id,
  ReplicationGroupId: 'carfin-prod',
  CacheClusterStatus: status,
  Engine: 'valkey',
  EngineVersion: '7.2.6',
  PreferredMaintenanceWindow: 'sun:19:00-sun:20:00',
});

/** A stage in which everything is well. */
beforeEach(() => {
  for (const mock of [cloudFormation, cloudWatch, logs, elastiCache, lambda, sns, sts]) mock.reset();
  sts.on(GetCallerIdentityCommand).resolves({ Account: settings.account, Arn: 'arn:aws:iam::111122223333:role/x' });
  cloudFormation.on(DescribeStacksCommand, { StackName: 'carfin-prod-service' }).resolves({
    Stacks: [
      {
        StackName: 'carfin-prod-service',
        CreationTime: new Date(),
        StackStatus: 'UPDATE_COMPLETE',
        Outputs: [{ OutputKey: 'AlarmTopicArn', OutputValue: topic }],
      },
    ],
  });
  sns.on(ListSubscriptionsByTopicCommand, { TopicArn: topic }).resolves({
    Subscriptions: [{ Endpoint: 'oncall@carfin.example', Protocol: 'email', SubscriptionArn: `${topic}:1` }],
  });
  elastiCache.on(DescribeReplicationGroupsCommand, { ReplicationGroupId: 'carfin-prod' }).resolves({
    ReplicationGroups: [
      {
        Status: 'available',
        MultiAZ: 'enabled',
        CacheNodeType: 'cache.r7g.large',
        ConfigurationEndpoint: { Address: 'clustercfg.carfin-prod.example', Port: 6379 },
        NodeGroups: [
          {
            NodeGroupId: '0001',
            NodeGroupMembers: [
              { CacheClusterId: primary, PreferredAvailabilityZone: 'ap-northeast-2a' },
              { CacheClusterId: replica, PreferredAvailabilityZone: 'ap-northeast-2c' },
            ],
          },
        ],
      },
    ],
  });
  elastiCache
    .on(DescribeCacheClustersCommand)
    .resolvesOnce({ CacheClusters: [member(primary, 'available')], Marker: 'more' })
    .resolves({ CacheClusters: [member(replica, 'available'), { CacheClusterId: 'somebody-elses' }] });
  elastiCache.on(DescribeUpdateActionsCommand).resolves({ UpdateActions: [] });
  cloudWatch
    .on(DescribeAlarmsCommand, { AlarmNamePrefix: 'carfin-prod-' })
    .resolves({ MetricAlarms: [{ AlarmName: 'carfin-prod-HitRate', StateValue: 'OK' }] });
  metrics = { AnswersFromCache: 60, AnswersFromIndex: 30, AnswersFromDatabase: 10, DatabaseQueries: 10, SearchTime: 8 };
  cloudWatch.on(GetMetricDataCommand).callsFake(answerMetrics);
});

function answerMetrics({ MetricDataQueries = [], StartTime, EndTime }: GetMetricDataCommand['input']) {
  return {
    MetricDataResults: MetricDataQueries.map(({ Id, MetricStat }) => {
      const { MetricName = '', Dimensions = [] } = MetricStat?.Metric ?? {};
      const isMaster = Dimensions.some(({ Value }) => Value === primary) ? 1 : 0;
      const value = MetricName === 'IsMaster' ? isMaster : metrics[MetricName];
      const period = (MetricStat?.Period ?? 60) * 1_000;
      const count = value === undefined ? 0 : ((EndTime?.getTime() ?? 0) - (StartTime?.getTime() ?? 0)) / period;
      return {
        Id,
        Timestamps: Array.from({ length: count }, (_, i) => new Date((StartTime?.getTime() ?? 0) + i * period)),
        Values: new Array<number | undefined>(count).fill(MetricStat?.Stat === 'SampleCount' ? 1 : value),
      };
    }),
  };
}

const target = () => new AwsTarget('prod', settings);
// The SDK's own type of blob is not exported; bytes are all that is read of it.
const payload = (value: unknown) => Buffer.from(JSON.stringify(value)) as never;

describe('status', () => {
  test('shows nodes with their roles over all pages, and ends with 0 when all is well', async () => {
    const { output, code } = await ops(target(), 'status');
    expect(output).toContain('valkey 7.2.6');
    expect(output).toMatch(/carfin-prod-0001-001 .* primary .* ap-northeast-2a/);
    expect(output).toMatch(/carfin-prod-0001-002 .* replica .* ap-northeast-2c/);
    expect(output).toContain('pending: nothing');
    expect(output).toContain('Nothing needs attention.');
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
      /nobody would be paged[^]*a@b\.example has not confirmed/,
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
    const [hitRate, gateway, handler, saved] = JSON.parse(output) as {
      windows: { value?: number; kept?: boolean; sparkline: string }[];
    }[];
    expect(hitRate?.windows.map(({ value, kept }) => [value, kept])).toEqual(new Array(3).fill([90, true]));
    expect(hitRate?.windows.map(({ sparkline }) => sparkline.length)).toEqual([12, 24, 28]);
    expect(gateway?.windows[0]).toMatchObject({ sparkline: ' '.repeat(12) });
    expect(gateway?.windows[0]?.value).toBeUndefined();
    expect(handler?.windows[0]?.value).toBe(8);
    expect(saved?.windows[0]?.value).toBe(90);
    expect(code).toBe(0);
  });

  test('those of people: sessions found again, questions answered, scores', async () => {
    metrics = {
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

  test('one that the last hour misses is marked, and ends with 1', async () => {
    metrics = { ...metrics, AnswersFromDatabase: 210 };
    const { output, code } = await ops(target(), 'promises');
    expect(output).toMatch(/searches answered without the database .* at least 70 % .* 30 % ✖/);
    expect(code).toBe(1);
  });
});

describe('logs', () => {
  test('are read page by page, the newest kept, as text that a person reads', async () => {
    const line = (at: number, entry: object) => ({ timestamp: at, message: JSON.stringify(entry) });
    logs
      .on(FilterLogEventsCommand, { logGroupName: '/aws/lambda/carfin-prod-search', filterPattern: '"layer"' })
      .resolvesOnce({ events: [line(1, { level: 'WARN', message: 'old' })], nextToken: 'more' })
      .resolves({
        events: [
          line(3, { level: 'WARN', message: 'Connecting failed', layer: 'TLS', service: 'search' }),
          line(2, { _aws: {} }),
        ],
      });
    const { output, code } = await ops(target(), 'logs search --since 2h --contains layer --limit 2');
    expect(output).toBe('00:00:00.003 WARN Connecting failed {"layer":"TLS"}\n');
    expect(code).toBe(0);
    const { startTime = 0 } = logs.commandCalls(FilterLogEventsCommand)[0]?.args[0].input ?? {};
    expect(Math.abs(Date.now() - 7_200_000 - startTime)).toBeLessThan(60_000);
  });
});

describe('warm', () => {
  const result = { outcome: 'published', version: 'abc', listings: 117_129, searchable: 60_000, seconds: 4.2 };

  test('invokes the function once and says what came of it', async () => {
    logs.on(FilterLogEventsCommand).resolves({ events: [] });
    lambda.on(InvokeCommand, { FunctionName: 'carfin-prod-warm-up' }).resolves({ Payload: payload(result) });
    const { output, code } = await ops(target(), 'warm --force');
    expect(output).toMatch(/published: another catalogue is current now\ncatalogue abc, 117,129 listings/);
    const { Payload } = lambda.commandCalls(InvokeCommand)[0]?.args[0].input ?? {};
    expect(JSON.parse((Payload as Buffer).toString())).toEqual({ force: true });
    expect(code).toBe(0);
  });

  test('a failure of the function is told in its own words, and not tried again', async () => {
    logs.on(FilterLogEventsCommand).resolves({ events: [] });
    lambda.on(InvokeCommand).resolves({
      FunctionError: 'Unhandled',
      Payload: payload({ errorType: 'SuspiciousCatalogueError', errorMessage: 'The table gives 3 listings' }),
    });
    const { said, code } = await ops(target(), 'warm');
    expect(said).toContain('SuspiciousCatalogueError: The table gives 3 listings');
    expect([code, lambda.commandCalls(InvokeCommand).length]).toEqual([3, 1]);
  });

  test('publishing whatever the table says wants --yes', async () => {
    const { output, code } = await ops(target(), 'warm --allow-shrink');
    expect(output).toMatch(/people then find nothing/);
    expect([code, lambda.commandCalls(InvokeCommand).length]).toEqual([4, 0]);
  });
});

describe('page-test', () => {
  test('without --yes it only says who would be paged', async () => {
    const { output, code } = await ops(target(), 'page-test');
    expect(output).toContain('Would send a test page to oncall@carfin.example');
    expect([code, sns.commandCalls(PublishCommand).length]).toEqual([4, 0]);
  });

  test('with --yes it waits until SNS counts the delivery; earlier ones do not count', async () => {
    metrics = { NumberOfNotificationsDelivered: 5 };
    sns.on(PublishCommand, { TopicArn: topic }).callsFake(() => {
      metrics = { NumberOfNotificationsDelivered: 6 };
      return { MessageId: 'm-1' };
    });
    const { text, exitCode } = await pageTest(target(), () => undefined, { lookEveryMs: 1 });
    expect(text).toMatch(/[12] of 1 recipients: SNS counts the page as delivered, 0 failed/);
    expect(exitCode).toBe(0);
  });

  test('a page that nobody got is told after a while, and ends with 1', async () => {
    metrics = {};
    sns.on(PublishCommand).resolves({ MessageId: 'm-1' });
    const { text, exitCode } = await pageTest(target(), () => undefined, { lookEveryMs: 1, patienceMs: 20 });
    expect(text).toContain('0 of 1 recipients');
    expect(exitCode).toBe(1);
  });
});

describe('levers', () => {
  const shown = { current: 'v2', pinned: undefined, versions: [], bypass: undefined };
  const answers: Record<string, unknown> = {
    show: shown,
    rollback: { from: 'v2', to: 'v1', searchable: 60_000, missingListings: 3, pulled: false },
    unpin: { unpinned: true },
    bypass: { bypass: { scope: 'valkey', seconds: 1_800 } },
    purge: { prefix: 'search:', found: { 'a:1': 40, 'b:2': 2 }, removed: 42, unfinished: false },
  };
  let sent: Record<string, unknown>[];

  beforeEach(() => {
    sent = [];
    lambda
      .on(InvokeCommand, { FunctionName: 'carfin-prod-operations' })
      .callsFake(({ Payload }: { Payload: Buffer }) => {
        const request = JSON.parse(Payload.toString()) as { operation: string };
        sent.push(request);
        return { Payload: payload(answers[request.operation]) };
      });
  });

  test.each<[string, RegExp, object]>([
    [
      'catalogue rollback',
      /Would serve catalogue v1 .*3 of its listings are gone/,
      { operation: 'rollback', pull: false },
    ],
    ['catalogue unpin', /Nothing is pinned/, { operation: 'show' }],
    ['cache bypass on --valkey --for 30m', /for another 30 min.*costs the database a query/, { operation: 'show' }],
    ['cache bypass off', /Would use the cache again/, { operation: 'show' }],
    [
      'purge search:',
      /Would remove the keys with search:/,
      { operation: 'purge', prefix: 'search:', people: false, pull: false },
    ],
    ['purge chat: --people', /lose what they said/, { operation: 'purge', prefix: 'chat:', people: true, pull: false }],
  ])('%s only shows what it would do, and ends with 4', async (line, text, request) => {
    const { output, code } = await ops(target(), line);
    expect(output).toMatch(text);
    expect([sent, code]).toEqual([[request], 4]);
  });

  test.each<[string, RegExp, object]>([
    ['catalogue rollback v1 --yes', /Serving catalogue v1/, { operation: 'rollback', version: 'v1', pull: true }],
    ['catalogue unpin --yes', /Unpinned/, { operation: 'unpin' }],
    [
      'cache bypass on --valkey --for 30m --yes',
      /Valkey is bypassed/,
      { operation: 'bypass', scope: 'valkey', seconds: 1_800 },
    ],
    ['cache bypass off --yes', /./, { operation: 'bypass' }],
    ['purge search: --yes', /Removed 42 keys/, { operation: 'purge', prefix: 'search:', people: false, pull: true }],
  ])('%s does it', async (line, text, request) => {
    const { output, code } = await ops(target(), line);
    expect(output).toMatch(text);
    expect([sent, code]).toEqual([[request], 0]);
  });

  test('catalogue show needs attention while something is pinned', async () => {
    const versions = [{ version: 'v1', publishedAt: new Date().toISOString(), listings: 9, searchable: 8 }];
    answers.show = { ...shown, current: 'v1', pinned: 'v1', versions };
    const { output, code } = await ops(target(), 'catalogue show');
    expect(output).toMatch(/v1 .* 0 s ago .* served, pinned/);
    expect(code).toBe(1);
  });
});

describe('diagnose', () => {
  const well = [{ system: 'Valkey', layer: 'TCP', outcome: 'ok', milliseconds: 1, found: '' }];
  const shown = { current: 'v2', versions: [] };
  const functions = (checks: object, catalogue: object) => {
    lambda.on(InvokeCommand, { FunctionName: 'carfin-prod-doctor' }).callsFake(() => ({ Payload: payload(checks) }));
    lambda
      .on(InvokeCommand, { FunctionName: 'carfin-prod-operations' })
      .callsFake(() => ({ Payload: payload(catalogue) }));
  };

  beforeEach(() => {
    logs.on(FilterLogEventsCommand).resolves({ events: [] });
    functions(well, shown);
    metrics = { ...metrics, WarmUpSucceeded: 15, DatabaseMemoryUsagePercentage: 20 };
  });

  test('finds nothing where all is well', async () => {
    const { output, code } = await ops(target(), 'diagnose HitRate');
    expect(output).toContain('Nothing that was looked at is out of order');
    expect(code).toBe(0);
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      'a layer that fails',
      () => functions([{ ...well[0], outcome: 'failed', found: 'connect ETIMEDOUT' }], shown),
      /Likely cause: search can’t reach Valkey, or may not: TCP fails: connect ETIMEDOUT\n {2}next: doctor/,
    ],
    [
      'a bypass that somebody forgot',
      () => functions(well, { ...shown, bypass: { scope: 'valkey', seconds: 600 } }),
      /Likely cause: the cache is bypassed[^]*next: cache bypass off/,
    ],
    [
      'full memory',
      () => (metrics = { ...metrics, DatabaseMemoryUsagePercentage: 97 }),
      /Likely cause: memory is full: 97 %/,
    ],
    [
      'commands that fail',
      () => (metrics = { ...metrics, ValkeyFailures: 7, ValkeyOperations: 9 }),
      /commands to Valkey fail: 7 of 9/,
    ],
  ])('names %s', async (_, damage, found) => {
    damage();
    const { output, code } = await ops(target(), 'diagnose HitRate');
    expect(output).toMatch(found);
    expect(code).toBe(1);
  });

  test('what explains this alarm comes first; what does not answer is said', async () => {
    metrics = { ...metrics, WarmUpSucceeded: 0, WarmUpFailed: 3, ValkeyFailures: 7, ValkeyOperations: 9 };
    cloudWatch.on(DescribeAlarmsCommand).resolves({
      MetricAlarms: [{ AlarmName: 'carfin-prod-WarmUpMissing', StateValue: 'ALARM' }],
    });
    lambda.on(InvokeCommand, { FunctionName: 'carfin-prod-doctor' }).rejects(new Error('broken'));
    const { output } = await ops(target(), 'diagnose WarmUpMissing');
    expect(output).toMatch(
      /Likely cause: warm-ups fail: 3 failed[^]*Also: commands to Valkey fail[^]*Could not be asked: doctor: .*broken/,
    );
  });

  test('an alarm that is none is refused, with those that there are', async () => {
    const { said, code } = await ops(target(), 'diagnose Nothing');
    expect(said).toContain('There is no alarm "Nothing"; there are HitRate.');
    expect(code).toBe(2);
  });
});

test('service updates that can’t be listed hide nothing else', async () => {
  elastiCache.on(DescribeUpdateActionsCommand).rejects(Object.assign(new Error('no'), { name: 'AccessDenied' }));
  const { output } = await ops(target(), 'status');
  expect(output).toMatch(/carfin-prod-0001-001[^]*service updates could not be listed: AccessDenied: no/);
});

describe('errors name the way out', () => {
  const failure = (name: string, message: string) => Object.assign(new Error(message), { name });

  test.each<[string, Error, RegExp]>([
    ['no credentials', failure('CredentialsProviderError', 'Could not load credentials'), /aws sso login/],
    ['expired credentials', failure('ExpiredTokenException', 'expired'), /have expired\. Sign in again/],
    ['no permission', failure('AccessDenied', 'not authorized to perform: x'), /carfin-prod-operator may/],
    ['throttling', failure('ThrottlingException', 'Rate exceeded'), /throttling\. Wait half a minute/],
    ['another account', failure('ReplicationGroupNotFoundFault', 'no'), /Is stage prod deployed/],
    ['no network', Object.assign(new Error('connect'), { code: 'ENOTFOUND' }), /could not be reached/],
  ])('%s', async (_, error, advice) => {
    elastiCache.on(DescribeReplicationGroupsCommand).rejects(error);
    const { said, code } = await ops(target(), 'status');
    expect(said).toContain('Describing the replication group carfin-prod failed');
    expect(said).toMatch(advice);
    expect(code).toBe(3);
  });

  test('credentials of another account are refused before anything is read', async () => {
    sts.on(GetCallerIdentityCommand).resolves({ Account: '999988887777', Arn: 'arn' });
    const { said, code } = await ops(target(), 'status');
    expect(said).toContain('Stage prod is in account 111122223333, the credentials are of 999988887777');
    expect([code, elastiCache.calls().length]).toEqual([2, 0]);
  });

  test.each([
    ['--stage nowhere status', /There is no stage "nowhere"; there are prod, dev/],
    ['status', /Name what is operated: --stage with one of prod, dev/],
  ])('%s', async (line, advice) => {
    const { said, code } = await ops(target(), line, { connect: connectTarget });
    expect(said).toMatch(advice);
    expect(code).toBe(2);
  });

  test.each(['page-test --watch', 'warm --watch'])('%s: a lever is not pulled again and again', async (line) => {
    const { said, code } = await ops(target(), line);
    expect(said).toContain('--watch is only for commands that change nothing');
    expect(code).toBe(2);
  });
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
