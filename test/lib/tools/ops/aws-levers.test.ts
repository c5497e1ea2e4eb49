import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { DescribeAlarmHistoryCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { pageTest } from '../../../../lib/tools/ops/commands/page-test';
import { ops } from './terminal';
import { cloudWatch, figures, lambda, logs, payload, target, topic, wellStage } from './aws-stage';

beforeEach(wellStage);

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

  test('an error without a kind is told in its words alone', async () => {
    logs.on(FilterLogEventsCommand).resolves({ events: [] });
    const told = { errorType: 'ToldError', errorMessage: 'PostgreSQL has sent nothing for 20000 ms' };
    lambda.on(InvokeCommand).resolves({ FunctionError: 'Unhandled', Payload: payload(told) });
    expect((await ops(target(), 'warm')).said).toMatch(/ failed: PostgreSQL has sent nothing for 20000 ms$/m);
  });

  test('a store that is away is told with what finds the layer that fails', async () => {
    logs.on(FilterLogEventsCommand).resolves({ events: [] });
    const [errorType, errorMessage] = ['ValkeyUnavailableError', 'Valkey is unavailable: the nodes are silent'];
    lambda.on(InvokeCommand).resolves({ FunctionError: 'Unhandled', Payload: payload({ errorType, errorMessage }) });
    for (const line of ['warm', 'catalogue show', 'purge search:'])
      expect((await ops(target(), line)).said).toMatch(
        /: the nodes are silent\nWhich layer fails: npm run ops -- doctor --stage prod$/m,
      );
  });

  test('what a function’s own user may not is told with the way out: the doctor signs in as search', async () => {
    logs.on(FilterLogEventsCommand).resolves({ events: [] });
    const told = { errorType: 'ValkeyCommandError', errorMessage: 'Valkey refused a command: NOPERM' };
    lambda.on(InvokeCommand).resolves({ FunctionError: 'Unhandled', Payload: payload(told) });
    for (const line of ['warm', 'catalogue show'])
      expect((await ops(target(), line)).said).toMatch(/: NOPERM\nThe access string .*: deploy the cache stack\.$/m);
  });

  test('publishing whatever the table says wants --yes', async () => {
    const { output, code } = await ops(target(), 'warm --allow-shrink');
    expect(output).toMatch(/people then find nothing/);
    expect([code, lambda.commandCalls(InvokeCommand).length]).toEqual([4, 0]);
  });
});

describe('page-test', () => {
  const history = (HistorySummary: string) =>
    cloudWatch.on(DescribeAlarmHistoryCommand).resolves({ AlarmHistoryItems: [{ HistorySummary }] });
  const states = () => cloudWatch.commandCalls(SetAlarmStateCommand).map(({ args: [{ input }] }) => input);
  const patience = { lookEveryMs: 1, patienceMs: 20 };
  const quiet = () => undefined;

  test.each([
    ['page-test', 'oncall@carfin.example'],
    ['page-test --notices', 'morning@carfin.example'],
  ])('%s without --yes only says who would be told', async (line, recipient) => {
    const { output, code } = await ops(target(), line);
    expect(output).toContain(`which tells ${recipient}.`);
    expect([code, states()]).toEqual([4, []]);
  });

  test('sets the channel’s alarm to ALARM and waits until SNS counts the delivery, not earlier ones', async () => {
    figures.metrics = { NumberOfNotificationsDelivered: 5 };
    cloudWatch.on(SetAlarmStateCommand).callsFake(() => {
      figures.metrics = { NumberOfNotificationsDelivered: 6 };
    });
    history(`Successfully executed action ${topic}`);
    const { text, exitCode } = await pageTest(target(), 'pages', quiet, { lookEveryMs: 1 });
    expect(states()).toMatchObject([
      { AlarmName: 'carfin-prod-PageTest', StateValue: 'OK' },
      { AlarmName: 'carfin-prod-PageTest', StateValue: 'ALARM' },
    ]);
    expect(text).toMatch(/Successfully executed action[^]*[12] of 1 recipients: SNS counts it as delivered, 0 failed/);
    expect(exitCode).toBe(0);
  });

  test('what CloudWatch may not publish is told in its words at once, whatever SNS delivers meanwhile', async () => {
    figures.metrics = {};
    history(`Failed to execute action ${topic}. Received error: "not authorized to perform: SNS:Publish"`);
    const { text, exitCode } = await pageTest(target(), 'pages', quiet, { lookEveryMs: 1 });
    expect(text).toMatch(
      /not authorized to perform: SNS:Publish[^]*0 of 1 recipients[^]*No alarm of this channel reaches/,
    );
    expect(exitCode).toBe(1);
  });

  test('an action that nobody got is told after a while, and ends with 1', async () => {
    figures.metrics = {};
    history(`Successfully executed action ${topic}`);
    const { text, exitCode } = await pageTest(target(), 'pages', quiet, patience);
    expect(text).toContain('0 of 1 recipients');
    expect(exitCode).toBe(1);
  });

  test('a delivery of something else is no proof: without an action it ends with 1', async () => {
    figures.metrics = { NumberOfNotificationsDelivered: 5 };
    cloudWatch.on(SetAlarmStateCommand).callsFake(() => {
      figures.metrics = { NumberOfNotificationsDelivered: 9 };
    });
    cloudWatch.on(DescribeAlarmHistoryCommand).resolves({});
    const { text, exitCode } = await pageTest(target(), 'pages', quiet, patience);
    expect(text).toContain('has taken no action of the test alarm');
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

  /** Who is signed in stands in every lever, and in no look. */
  const inTheNameOf = (request: object) =>
    'operation' in request && request.operation === 'show'
      ? request
      : { ...request, by: 'arn:aws:iam::111122223333:role/x' };

  test.each<[string, RegExp, object]>([
    [
      'catalogue rollback',
      /Would serve catalogue v1 .*3 of its listings are gone/,
      { operation: 'rollback', pull: false },
    ],
    ['cache bypass on --valkey --for 30m', /for another 30 min.*costs the database a query/, { operation: 'show' }],
    [
      'purge search:',
      /Would remove the keys that begin with search: \(each question is answered by the index once more\)\./,
      { operation: 'purge', prefix: 'search:', people: false, pull: false },
    ],
    ['purge chat: --people', /lose what they said/, { operation: 'purge', prefix: 'chat:', people: true, pull: false }],
  ])('%s only shows what it would do, and ends with 4', async (line, text, request) => {
    const { output, code } = await ops(target(), line);
    expect(output).toMatch(text);
    expect([sent, code]).toEqual([[inTheNameOf(request)], 4]);
  });

  test.each<[string, RegExp, RegExp]>([
    ['catalogue unpin', /^Nothing is pinned; there is nothing to do\./, /^Would let the next warm-up publish/],
    ['cache bypass off', /^The cache is used\. There is nothing to do\./, /With --yes, within a second: The cache is/],
  ])('%s ends with 4 where there is something to do, else with 0', async (line, nothing, something) => {
    expect(await ops(target(), line)).toMatchObject({ output: expect.stringMatching(nothing) as string, code: 0 });
    answers.show = { ...shown, pinned: 'v2', bypass: { scope: 'answers', seconds: 60 } };
    expect(await ops(target(), line)).toMatchObject({ output: expect.stringMatching(something) as string, code: 4 });
    answers.show = shown;
  });

  test.each<[string, object]>([
    ['catalogue unpin --json', { pinned: null }],
    ['cache bypass on --json', { now: null }],
    ['cache bypass off --json', { now: null }],
    ['cache bypass off --yes --json', { bypass: null }],
    ['catalogue show --json', { current: 'v2', pinned: null, versions: [], bypass: null }],
  ])('%s says what is not', async (line, data) => {
    const { bypass } = answers;
    // As it comes over Lambda: JSON leaves out what is undefined.
    answers.bypass = {};
    expect(JSON.parse((await ops(target(), line)).output)).toEqual(data);
    answers.bypass = bypass;
  });

  test('a prefix that is none to purge is wrong usage, in one sentence, and nothing is asked', async () => {
    const { output, said, code } = await ops(target(), 'purge nope:');
    expect([sent, code, output]).toEqual([[], 2, '']);
    expect(said).toMatch(/^A prefix must begin with one of search:, .*; received "nope:"\.$/m);
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
    expect([sent, code]).toEqual([[inTheNameOf(request)], 0]);
  });

  test('what is named as the way back can be typed', async () => {
    answers.show = { ...shown, pinned: 'v1' };
    for (const line of ['catalogue show', 'catalogue rollback', 'catalogue rollback v1 --yes', 'purge nope:']) {
      const { output, said } = await ops(target(), line);
      expect(output + said).toMatch(/: npm run ops -- catalogue (unpin|rollback) --stage prod\b/);
    }
    answers.show = shown;
  });

  test('catalogue show needs attention while something is pinned', async () => {
    const versions = [{ version: 'v1', publishedAt: new Date().toISOString(), listings: 9, searchable: 8 }];
    answers.show = { ...shown, current: 'v1', pinned: 'v1', versions };
    const { output, code } = await ops(target(), 'catalogue show');
    expect(output).toMatch(/v1 .* 0 s ago .* served, pinned/);
    expect(code).toBe(1);
  });
});
