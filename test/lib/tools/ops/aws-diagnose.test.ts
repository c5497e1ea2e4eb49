import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeEventsCommand } from '@aws-sdk/client-elasticache';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { setTimeout as sleep } from 'node:timers/promises';
import { diagnose } from '../../../../lib/tools/ops/commands/diagnose';
import { ops } from './terminal';
import { cloudWatch, elastiCache, figures, lambda, logs, payload, primary, target, wellStage } from './aws-stage';

beforeEach(wellStage);

/** As a shell hands over a quoted name. */
const diagnosed = async (name: string) => {
  const { text } = await diagnose(target(), name);
  return { output: text };
};

/** In ElastiCache's own words (AmazonElastiCache/latest/dg, ECEvents). */
const events = () =>
  [
    ['somebody-elses-0001-001', 'Cache node 0001 restarted', 1],
    [primary, 'Cache cluster created', 2],
    [primary, 'Finished recovery for cache nodes 0001', 7],
    ['carfin-prod', 'Failover from master node carfin-prod-0001-001 to replica node carfin-prod-0001-002 completed', 9],
  ].map(([SourceIdentifier, Message, minutes]) => ({
    SourceIdentifier: String(SourceIdentifier),
    Message: String(Message),
    Date: new Date(Date.now() - Number(minutes) * 60_000),
  }));

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
    figures.metrics = { ...figures.metrics, WarmUpSucceeded: 15, DatabaseMemoryUsagePercentage: 20 };
  });

  test('finds nothing where all is well', async () => {
    const { output, code } = await ops(target(), 'diagnose HitRate');
    expect(output).toMatch(/^HitRate is OK\. What it says when it fires: /);
    expect(output).not.toMatch(/First:|No data/);
    expect(output).toContain('Nothing that was looked at is out of order');
    expect(code).toBe(0);
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      'a layer that fails',
      () => functions([{ ...well[0], outcome: 'failed', found: 'connect ETIMEDOUT' }], shown),
      /reach Valkey: the check “TCP” fails: connect ETIMEDOUT\n {2}next: npm run ops -- doctor --stage prod\n/,
    ],
    [
      'a bypass that somebody forgot',
      () => functions(well, { ...shown, bypass: { scope: 'valkey', seconds: 600 } }),
      /Likely cause: the cache is bypassed[^]*next: npm run ops -- cache bypass off --stage prod\n/,
    ],
    [
      'full memory',
      () => (figures.metrics = { ...figures.metrics, DatabaseMemoryUsagePercentage: 97 }),
      /Likely cause: memory is full: 97 %/,
    ],
    [
      'commands that fail',
      () => (figures.metrics = { ...figures.metrics, ValkeyFailures: 7, ValkeyOperations: 9 }),
      /commands to Valkey fail: 105 of 135/,
    ],
    [
      'a node that was replaced, and nobody else’s',
      () => elastiCache.on(DescribeEventsCommand).resolves({ Events: events() }),
      /Likely cause: a node of Valkey was away a while ago[^:]*: carfin-prod-0001-001 was replaced 7 min ago/,
    ],
  ])('names %s', async (_, damage, found) => {
    damage();
    const { output, code } = await ops(target(), 'diagnose HitRate');
    expect(output).toMatch(found);
    expect(code).toBe(1);
  });

  test('an alarm without data says what that means, once', async () => {
    const AlarmDescription = 'Hits are few. First: npm run ops. Runbook: x.md. No data means: nobody searched.';
    const alarm = { AlarmName: 'carfin-prod-HitRate', AlarmDescription };
    const told = async (StateValue: 'ALARM' | 'INSUFFICIENT_DATA') => {
      cloudWatch.on(DescribeAlarmsCommand).resolves({ MetricAlarms: [{ ...alarm, StateValue }] });
      return (await diagnosed('HitRate')).output.split('\n')[0];
    };
    expect(await told('INSUFFICIENT_DATA')).toBe(
      'HitRate has no data: nobody searched. What it says when it fires: Hits are few. Runbook: x.md.',
    );
    expect(await told('ALARM')).toBe('HitRate is ALARM. Hits are few. Runbook: x.md.');
  });

  test('its JSON has commands that can be typed', async () => {
    functions([{ ...well[0], outcome: 'failed', found: 'connect ETIMEDOUT' }], shown);
    const { output } = await ops(target(), 'diagnose HitRate --json');
    const commands = [...output.matchAll(/npm run ops -- [^".]*/g)].map(([command]) => command.trim());
    expect(commands).toContain('npm run ops -- doctor --stage prod');
    expect(commands.filter((command) => !command.endsWith(' --stage prod'))).toStrictEqual([]);
  });

  test('what explains this alarm comes first; what does not answer is said', async () => {
    figures.metrics = {
      ...figures.metrics,
      WarmUpSucceeded: 0,
      WarmUpFailed: 3,
      ValkeyFailures: 7,
      ValkeyOperations: 9,
    };
    cloudWatch.on(DescribeAlarmsCommand).resolves({
      MetricAlarms: [{ AlarmName: 'carfin-prod-WarmUpMissing', StateValue: 'ALARM' }],
    });
    lambda.on(InvokeCommand, { FunctionName: 'carfin-prod-doctor' }).rejects(new Error('broken'));
    const { output } = await ops(target(), 'diagnose WarmUpMissing');
    expect(output).toMatch(
      /Likely cause: warm-ups fail: 45 failed[^]*Also: commands to Valkey fail[^]*Could not be asked: doctor: .*broken/,
    );
  });

  test('the doctor is waited for longer: a layer that is silent takes 3 s, a cold start comes on top', async () => {
    const silent = { system: 'Valkey', layer: 'cluster', outcome: 'failed', milliseconds: 3_000, code: 'ETIMEDOUT' };
    const found = 'no answer within 3000 ms';
    lambda.on(InvokeCommand, { FunctionName: 'carfin-prod-doctor' }).callsFake(async () => {
      await sleep(4_500);
      return { Payload: payload([{ ...silent, found }]) };
    });
    const { output } = await diagnosed('HitRate');
    expect(output).toContain(`the check “cluster” fails: ${found}`);
    expect(output).not.toContain('Could not be asked');
  });

  test.each(['hitrate', 'carfin-prod-HitRate', 'ALARM: "carfin-prod-HitRate" in Asia Pacific (Seoul)'])(
    'takes the name as %s',
    async (written) => {
      const { output } = await diagnosed(written);
      expect(output).toContain('HitRate is');
    },
  );

  test('an alarm that is none is refused, with those that there are', async () => {
    const { said, code } = await ops(target(), 'diagnose Nothing');
    expect(said).toContain('There is no alarm "Nothing"; there are HitRate.');
    expect(code).toBe(2);
  });
});
