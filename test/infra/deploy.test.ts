import {
  CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { CarFinStage } from '../../lib/carfin-stage';
import { withTemporaryApp } from '../../lib/tools/preflight/temporary-app';
import { parseSettings } from '../../lib/stages/parse-settings';
import { deploy, type DeployParts } from '../../lib/tools/deploy/deploy';
import { followStacks } from '../../lib/tools/deploy/progress';
import { stacksBefore } from '../../lib/tools/deploy/stacks-before';
import type { Target } from '../../lib/tools/ops/stage/target';
import { ok, problem, type Finding } from '../../lib/tools/preflight/finding';
import { prod } from '../support/stages';

const settings = parseSettings('prod', prod);
const cloudFormation = mockClient(CloudFormationClient);
const said: string[] = [];

beforeEach(() => {
  cloudFormation.reset();
  said.length = 0;
  stacks({});
});

/** Stacks by name; any other is none. */
function stacks(known: Record<string, { StackStatus: string; EnableTerminationProtection?: boolean }>): void {
  cloudFormation.on(DescribeStacksCommand).callsFake(({ StackName = '' }: { StackName?: string }) => {
    const found = known[StackName];
    if (found === undefined) throw new Error(`Stack with id ${StackName} does not exist`);
    return { Stacks: [{ StackName, ...found }] };
  });
}

const answer = { statusCode: 200, headers: { 'x-cache': 'hit' }, body: '{"total":0,"vehicles":[]}' };

/** A stage in which everything is well. */
function target(change: Partial<Record<string, unknown>> = {}, confirmed = true): Target {
  const results: Record<string, unknown> = {
    doctor: [],
    'warm-up': { outcome: 'unchanged', seconds: 1 },
    search: answer,
    ...change,
  };
  return {
    name: 'prod',
    insideName: 'inside',
    invoke: (name: string) => Promise.resolve(results[name]),
    examineApi: () => Promise.resolve([]),
    alarms: () => Promise.resolve([]),
    recipients: () => Promise.resolve([{ endpoint: 'oncall@cars.kr', protocol: 'email', confirmed }]),
    logs: () => Promise.resolve([]),
    testAlarm: () =>
      Promise.resolve({
        deliveries: () => Promise.resolve({ delivered: 0, failed: 0 }),
        raise: () => Promise.reject(new Error('woke somebody')),
      }),
  } as unknown as Target;
}

const UP = {
  'carfin-prod-cache': { StackStatus: 'UPDATE_COMPLETE' },
  'carfin-prod-service': { StackStatus: 'UPDATE_COMPLETE' },
};

function run(
  change: Partial<DeployParts> = {},
  findings: Finding[] = [ok('VPC', 'there')],
  atOnce = false,
): Promise<boolean> {
  const parts: DeployParts = {
    preflight: () => Promise.resolve(findings),
    cdk: () => Promise.resolve(0),
    target: () => target(),
    tell: (line) => said.push(line),
    ...change,
  };
  return deploy('prod', settings, { preflight: true, pageTest: false, atOnce }, parts);
}

const text = () => said.join('\n');

test('a problem of the account ends it before anything is created, and is told with its way out', async () => {
  const cdk = jest.fn(() => Promise.resolve(0));
  expect(await run({ cdk }, [ok('VPC', 'there'), problem('RDS cars', 'login by IAM is off', 'Switch it on')])).toBe(
    false,
  );
  expect(cdk).not.toHaveBeenCalled();
  expect(text()).toMatch(/1 of 2 are well[^]*login by IAM is off[^]*Switch it on[^]*Nothing was deployed/);
  expect(text()).toMatch(/again: npm run deploy -- prod$/);
});

test('an update that goes well is proven from inside the VPC, and wakes nobody', async () => {
  stacks(UP);
  expect(await run()).toBe(true);
  expect(text()).toMatch(/3\/5 Doctor[^]*4\/5 1 of 1 recipients are paged[^]*5\/5[^]*X-Cache: hit[^]*The stage serves/);
  expect(text()).toContain('npm run ops -- status --stage prod');
});

test('the first deploy tests the road of pages; unless somebody confirmed it says what is left to do', async () => {
  await expect(run()).rejects.toThrow('woke somebody');
  said.length = 0;
  expect(await run({ target: () => target({}, false) })).toBe(true);
  expect(text()).toMatch(/oncall@cars\.kr must open the link[^]*npm run ops -- page-test --yes --stage prod/);
});

test('a deploy that fails says what was kept and what to type, and proves nothing', async () => {
  const connect = jest.fn(() => target());
  expect(await run({ cdk: () => Promise.resolve(1), target: connect })).toBe(false);
  expect(connect).not.toHaveBeenCalled();
  expect(text()).toMatch(/cdk ended with 1[^]*npm run deploy -- prod$/);
});

describe('while an alarm fires that would take the deploy back', () => {
  const alarm = (name: string) => ({
    target: () => ({ ...target(), alarms: () => Promise.resolve([{ name, state: 'ALARM' }]) }) as unknown as Target,
  });

  test('nothing is begun, and the way to deploy a remedy is told', async () => {
    stacks(UP);
    const cdk = jest.fn(() => Promise.resolve(0));
    expect(await run({ cdk, ...alarm('SearchesUnanswered') })).toBe(false);
    expect(cdk).not.toHaveBeenCalled();
    expect(text()).toMatch(/SearchesUnanswered would take it back.*npm run deploy -- prod --at-once$/);
  });

  test.each([
    ['the remedy itself goes at once', UP, 'SearchesUnanswered', true],
    ['an alarm that nobody feels is in no way', UP, 'Memory-carfin-prod-0001-001', false],
    ['a first deploy has no canary', {}, 'SearchesUnanswered', false],
  ])('%s', async (_, known, name, atOnce) => {
    stacks(known);
    const cdk = jest.fn(() => Promise.resolve(1));
    expect(await run({ cdk, ...alarm(name) }, undefined, atOnce)).toBe(false);
    expect(cdk).toHaveBeenCalledTimes(1);
  });
});

test.each([
  [
    'doctor',
    [{ system: 'database', layer: 'login', outcome: 'failed', found: 'refused', advice: 'Grant it' }],
    'Grant it',
  ],
  ['search', { ...answer, statusCode: 503, body: '{"detail":"Ask again"}' }, '503: Ask again'],
])('what %s finds wrong makes it end with that', async (name, result, told) => {
  stacks(UP);
  expect(await run({ target: () => target({ [name]: result }) })).toBe(false);
  expect(text()).toContain(told);
  expect(text()).toContain('what has a ✖ above is left to mend');
});

describe('what a deploy before has left', () => {
  const look = () => stacksBefore('ap-northeast-2', ['carfin-prod-cache'], (line) => said.push(line));

  test('a first deploy that failed, protected as it is, makes room for the next', async () => {
    stacks({ 'carfin-prod-cache': { StackStatus: 'ROLLBACK_COMPLETE', EnableTerminationProtection: true } });
    expect(await look()).toStrictEqual([]);
    const [call] = cloudFormation.commandCalls(UpdateTerminationProtectionCommand);
    expect(call?.args[0].input).toEqual({ StackName: 'carfin-prod-cache', EnableTerminationProtection: false });
    expect(text()).toContain('holds nothing');
  });

  test.each(['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'])(
    '%s keeps its protection',
    async (status) => {
      stacks({ 'carfin-prod-cache': { StackStatus: status, EnableTerminationProtection: true } });
      expect(await look()).toEqual(['carfin-prod-cache']);
      expect(cloudFormation.commandCalls(UpdateTerminationProtectionCommand)).toStrictEqual([]);
    },
  );

  test.each([
    ['UPDATE_IN_PROGRESS', 'another deploy is at work'],
    ['UPDATE_ROLLBACK_FAILED', 'aws cloudformation continue-update-rollback --stack-name carfin-prod-cache'],
    ['DELETE_FAILED', 'aws cloudformation delete-stack --stack-name carfin-prod-cache'],
  ])('%s is no state to deploy from: the way out is told', async (status, way) => {
    stacks({ 'carfin-prod-cache': { StackStatus: status } });
    await expect(look()).rejects.toThrow(way);
  });
});

test('meanwhile it says what CloudFormation waits for, the slowest, and how long that usually takes', async () => {
  cloudFormation.on(ListStackResourcesCommand).resolves({
    StackResourceSummaries: [
      ['AWS::Lambda::Function', 'CREATE_IN_PROGRESS'],
      ['AWS::ElastiCache::ReplicationGroup', 'CREATE_IN_PROGRESS'],
      ['AWS::EC2::VPCEndpoint', 'CREATE_COMPLETE'],
    ].map(([ResourceType, ResourceStatus]) => ({ ResourceType, ResourceStatus })) as never,
  });
  const ended = new AbortController();
  await followStacks(
    'ap-northeast-2',
    ['carfin-prod-cache'],
    (line) => {
      said.push(line);
      ended.abort();
    },
    ended.signal,
    1,
  );
  expect(text()).toMatch(
    /^0 min: carfin-prod-cache waits for AWS::ElastiCache::ReplicationGroup \(usually 10 to 15 min/,
  );
});

test('more shards than one template can watch are told by their setting, not by the template', () => {
  const wide = { ...prod, cache: { ...prod.cache, shards: 30 }, monthlyBudgetUsd: 100_000 };
  const synthesised = () =>
    withTemporaryApp((app) => new CarFinStage(app, 'prod', wide, () => Code.fromInline('// none')));
  expect(synthesised).toThrow(
    /cache\.shards: makes \d+ resources of one template, which may have 500: each of the 60 nodes .*\(received 30\)/,
  );
});

test('two stages of one name are refused: one would change the stacks of the other', () => {
  const code = () => Code.fromInline('// none');
  withTemporaryApp((app) => {
    new CarFinStage(app, 'prod', prod, code);
    expect(() => new CarFinStage(app, 'staging', { ...prod, cache: { ...prod.cache } }, code)).toThrow(
      /Stage staging [^]*cache\.replicationGroupId: is that of stage prod already.*received "carfin-prod"\); find it/,
    );
    const elsewhere = { ...prod.cache, replicationGroupId: 'carfin-staging' };
    expect(() => new CarFinStage(app, 'staging', { ...prod, cache: elsewhere }, code)).not.toThrow();
  });
});
