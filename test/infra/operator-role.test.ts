import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeAlarmHistoryCommand } from '@aws-sdk/client-cloudwatch';
import { FilterLogEventsCommand, GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { ListSubscriptionsByTopicCommand } from '@aws-sdk/client-sns';
import { FUNCTION_NAMES } from '../../lambda/contract/functions';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';
import { pageTest } from '../../lib/tools/ops/commands/page-test';
import { nodePage } from '../../lib/tools/board/pages/node-page';
import { showBoard } from '../../lib/tools/board/show-board';
import { commandNames, createProgram } from '../../lib/tools/ops/program';
import { prod } from '../support/stages';
import {
  cloudFormation,
  cloudWatch,
  lambda,
  logs,
  payload,
  settings,
  sns,
  target,
  wellStage,
} from '../lib/tools/ops/aws-stage';
import { ops } from '../lib/tools/ops/terminal';
import { Account } from './iam/account';
import { recordedCalls, runbookCall, type Call } from './iam/operator-calls';
import { synthesise } from './templates';

const stage = synthesise('prod', prod);
const account = new Account(stage);
const service = stage.service.stackName;
const at = (pattern: string) => account.values.at(service, pattern);
const operator = at('arn:aws:iam::A:role/carfin-prod-operator');

const may = ({ action, resource }: Call, id = operator) =>
  account.allows({ principal: { kind: 'AWS', id }, action, resource, context: {} });

/** What each command asks AWS for. Every command of the program must be here. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  status: ['status'],
  promises: ['promises'],
  alarms: ['alarms'],
  // What it shows once; its page asks for a node's slow log and an alarm's evidence too.
  board: ['board --json'],
  diagnose: ['diagnose HitRate', 'diagnose FallThrough', 'diagnose PeopleFeelIt'],
  doctor: ['doctor'],
  search: ['search', 'search budgetMin=2500 persona=working_mom'],
  logs: FUNCTION_NAMES.filter((name) => name !== 'images').map((name) => `logs ${name}`),
  warm: ['warm', 'warm --force', 'warm --allow-shrink --yes'],
  'catalogue rollback': ['catalogue rollback --yes'],
  'catalogue unpin': ['catalogue unpin --yes'],
  'catalogue show': ['catalogue show'],
  'cache bypass': ['cache bypass on --yes', 'cache bypass off --yes'],
  purge: ['purge search: --yes'],
  'forget-again': ['forget-again --since 2026-11-23T18:00:00Z --yes'],
  'page-test': ['page-test', 'page-test --notices'],
};

beforeEach(() => {
  wellStage();
  const Outputs = ['AlarmTopicArn', 'NoticeTopicArn'].map((OutputKey) => ({
    OutputKey,
    OutputValue: account.values.output(service, OutputKey),
  }));
  cloudFormation.on(DescribeStacksCommand).resolves({
    Stacks: [{ StackName: service, CreationTime: new Date(), StackStatus: 'CREATE_COMPLETE', Outputs }],
  });
  sns.on(ListSubscriptionsByTopicCommand).resolves({ Subscriptions: [] });
  cloudWatch.on(DescribeAlarmHistoryCommand).resolves({ AlarmHistoryItems: [{ HistorySummary: 'Successfully' }] });
  lambda.on(InvokeCommand).resolves({ Payload: payload({ statusCode: 503, body: '{}' }) });
  logs.on(FilterLogEventsCommand).resolves({});
  const removal = { at: 1, caller: '', action: 'forgetUser', person: '0'.repeat(32), request: '' };
  logs.on(GetLogEventsCommand).resolves({ events: [{ message: JSON.stringify(removal) }] });
});

test('every command is one of those that are tried as the operator', () => {
  const program = createProgram({} as never);
  expect(commandNames(program).sort()).toEqual(Object.keys(LINES).sort());
});

test.each(Object.values(LINES).flat())('the operator may all that "%s" asks AWS for', async (line) => {
  await ops(target(), line, { board: (stage, options) => showBoard(stage, options, () => undefined) });
  const calls = recordedCalls(at);
  expect(calls.filter((call) => !may(call))).toStrictEqual([]);
  expect(calls.length).toBeGreaterThan(0);
});

test.each(['pages', 'notices'] as const)('the operator may all that a test of %s asks AWS for', async (channel) => {
  await pageTest(target(), channel, () => undefined, { lookEveryMs: 1, patienceMs: 10 });
  const calls = recordedCalls(at);
  expect(calls.filter((call) => !may(call))).toStrictEqual([]);
  expect(calls.map(({ action }) => action)).toContain('cloudwatch:SetAlarmState');
});

const folder = path.join(PROJECT_ROOT, 'docs/runbooks');
const typed = readdirSync(folder).flatMap((page) =>
  [...readFileSync(path.join(folder, page), 'utf8').matchAll(/`aws ([^`]+)`/g)].map(([, line = '']) => [page, line]),
);
test.each(typed)('%s: the operator may aws %s', (_, line = '') => {
  const known = {
    'replication group': settings.cache.replicationGroupId,
    WarmUpDeadLetters: at(
      `arn:aws:sqs:R:A:${account.values.output(service, 'WarmUpDeadLetters').split('/').at(-1) ?? ''}`,
    ),
  };
  const { action, resource } = runbookCall(line.match(/<[^>]*>|[^\s<]+(?:<[^>]*>[^\s<]*)*/g) ?? [], known);
  expect([action, resource, may({ action, resource: at(resource) })]).toEqual([action, resource, true]);
});

test.each<[string, string]>([
  ['sns:Publish', account.values.output(service, 'AlarmTopicArn')],
  ['cloudwatch:SetAlarmState', 'arn:aws:cloudwatch:R:A:alarm:carfin-prod-PeopleFeelIt'],
  ['lambda:InvokeFunction', 'arn:aws:lambda:R:A:function:carfin-prod-conversation'],
  ['lambda:InvokeFunction', 'arn:aws:lambda:R:A:function:carfin-prod-events'],
  ['lambda:InvokeFunction', 'arn:aws:lambda:R:A:function:carfin-dev-warm-up'],
  ['lambda:UpdateFunctionCode', 'arn:aws:lambda:R:A:function:carfin-prod-warm-up'],
  ['cloudformation:DescribeStacks', 'arn:aws:cloudformation:R:A:stack/carfin-dev-service/*'],
  ['cloudformation:DeleteStack', 'arn:aws:cloudformation:R:A:stack/carfin-prod-service/*'],
  ['logs:FilterLogEvents', 'arn:aws:logs:R:A:log-group:/aws/lambda/carfin-dev-search:log-stream:'],
  ['logs:FilterLogEvents', 'arn:aws:logs:R:A:log-group:/carfin/carfin-prod/audit:log-stream:'],
  ['logs:GetLogEvents', 'arn:aws:logs:R:A:log-group:/carfin/carfin-prod/audit:log-stream:audit'],
  ['lambda:GetFunctionConfiguration', 'arn:aws:lambda:R:A:function:carfin-prod-conversation'],
  ['elasticache:Connect', 'arn:aws:elasticache:R:A:user:carfin-prod-search'],
  ['elasticache:ModifyReplicationGroup', 'arn:aws:elasticache:R:A:replicationgroup:carfin-prod'],
  ['execute-api:Invoke', 'arn:aws:execute-api:R:A:abc/live/GET/v1/vehicles/search'],
])('the operator may not %s on %s', (action, resource) => {
  expect(may({ action, resource: at(resource) })).toBe(false);
});

test('the operator may all that a node’s page asks AWS for', async () => {
  await nodePage({ target: target(), clock: Date.now }, 'carfin-prod-0001-001');
  const calls = recordedCalls(at);
  expect(calls.map(({ action }) => action)).toContain('logs:FilterLogEvents');
  expect(calls.filter((call) => !may(call))).toStrictEqual([]);
});

test('every action that the role allows is asked for by some command', async () => {
  const asked = typed.map(([, line = '']) => runbookCall(line.split(' '), {}).action);
  for (const line of Object.values(LINES).flat()) {
    await ops(target(), line, { board: (stage, options) => showBoard(stage, options, () => undefined) });
    asked.push(...recordedCalls(at).map(({ action }) => action));
  }
  await pageTest(target(), 'pages', () => undefined, { lookEveryMs: 1, patienceMs: 10 });
  asked.push(...recordedCalls(at).map(({ action }) => action));
  const own = account.policies.filter(({ kind, of }) => kind === 'identity' && of[0]?.endsWith('carfin-prod-operator'));
  const allowed = own.flatMap(({ statements }) => statements.flatMap(({ Action = [] }) => Action));
  expect([...new Set(allowed)].sort()).toEqual([...new Set(asked)].sort());
});

test('the role is for principals of this account that their own policies let take it on', () => {
  const assume = (id: string, allowed: boolean) => {
    const own = {
      at: 'own',
      kind: 'identity',
      of: [id],
      statements: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: operator }],
    } as const;
    const policies = allowed ? [...account.policies, own] : account.policies;
    const request = {
      principal: { kind: 'AWS' as const, id },
      action: 'sts:AssumeRole',
      resource: operator,
      context: {},
    };
    return account.with(policies as typeof account.policies).allows(request);
  };
  const engineer = at('arn:aws:iam::A:role/engineer');
  expect([assume(engineer, true), assume(engineer, false)]).toEqual([true, false]);
  expect(assume('arn:aws:iam::444455556666:role/engineer', true)).toBe(false);
});

test('the doctor looks with the role, the user and the network of search', () => {
  const { template } = stage.service;
  const functions = Object.values(template.findResources('AWS::Lambda::Function')) as {
    Properties: { FunctionName?: string; Role: unknown; VpcConfig?: unknown; Environment?: unknown };
  }[];
  const [doctor, search] = ['doctor', 'search'].map((name) => {
    const found = functions.find(({ Properties }) => Properties.FunctionName === `carfin-prod-${name}`)?.Properties;
    return { role: found?.Role, network: found?.VpcConfig, environment: found?.Environment };
  });
  expect(search?.role).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^searchfunctionRole/), 'Arn'] });
  expect(doctor).toEqual(search);
});
