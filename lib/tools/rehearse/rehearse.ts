import assert from 'node:assert/strict';
import { loginSql } from '../adopt/adopt';
import { withClient } from '../example-data/vehicles-table';
import { parseSettings } from '../../stages/parse-settings';
import type { CarFinStage } from '../../carfin-stage';
import { synthesise } from './assembly';
import { ACCOUNT, REGION } from './emulator';
import { AGENTS, become, becomeRoot, DATABASE, makeAccount } from './existing-account';
import { operatorRunsEverything } from './operator';
import { canaryGuards } from './canary';
import { destroyTwice } from './destroy';
import { cdk, program, well } from './programs';
import { otherWords, wordsOfGateway } from './gateway-words';
import { edit, makeLogin, type Rehearsal } from './rehearsal';
import { alarms, cluster, deployed, failedStacks, subscriptions } from './state';
import { pageArrives } from './pages';
import { copyAbroad, insideStage, othersGo } from './inside-stage';
import { forgottenAgain, webHostCalls, webStage } from './web-stage';

/** A step: what it proves, and how. What it returns is told beside it. */
export type Step = [title: string, work: (rehearsal: Rehearsal) => Promise<string>];

/** The whole way, in its order. */
export const STEPS: readonly Step[] = [
  ['An account with a VPC, a database and callers; IAM is enforced', account],
  ['adopt writes the settings; the login is made by its SQL', adopt],
  ['preflight refuses an account without bootstrap', preflightRefuses],
  ['cdk bootstrap', bootstrap],
  ['deploy: preflight, cdk, doctor, page test, first search', firstDeploy],
  ['adopt --check-table reads the table from inside, and refuses a drifted one', checkedTable],
  ['The page of an alarm arrives at an endpoint, and its first message', pageArrives],
  ['The operator runs every command of ops and of the runbooks', operatorRunsEverything],
  ['While an alarm fires a deploy is refused or taken back, and a remedy goes at once', canaryGuards],
  ['Update: a second shard, in place', secondShard],
  ['Update: a second replica', secondReplica],
  ["Update: engine 8.0, another recipient, the gateway's own words", engineAndRecipient],
  ['A second stage, for callers from the internet: WAF, OIDC, a domain, photos, every way to wake', webStage],
  ['The web host signs in by its token, searches and talks, and may not erase', webHostCalls],
  ['A person is erased; the operator reads it from the audit log, and forgets again', forgottenAgain],
  ['A third stage, in the VPC, on endpoints that exist; the second takes a provider that exists', insideStage],
  ['Its copy in another Region, and endpoints of its own', copyAbroad],
  ['destroy of both leaves the first stage and the provider alone', othersGo],
  ['destroy refuses, then works when asked twice', destroyTwice],
];

/** So many of them must pass for the others to have something to work on. */
export const NEEDED = 5;

async function account(): Promise<string> {
  becomeRoot();
  const { agentsGroup } = await makeAccount();
  await become('engineer');
  return `${ACCOUNT}, ${REGION}; the agents wear ${agentsGroup}`;
}

/** The values that a person types: database, caller, recipient. */
async function adopt(rehearsal: Rehearsal): Promise<string> {
  const typed = ['--database', DATABASE, '--caller', AGENTS, '--email', 'oncall@carfin.kr'];
  const output = await well(program('adopt', '--stage', 'prod', ...typed));
  const settings = parseSettings('prod', rehearsal.settings());
  assert.equal(settings.account, ACCOUNT);
  assert.equal(settings.network.subnetIds.length, 2);
  const sql = loginSql(settings);
  for (const line of sql) assert.ok(output.includes(line), `adopt must print ${line}`);
  await makeLogin(rehearsal.postgres, sql);
  return `${typed.length / 2} values typed by hand`;
}

async function preflightRefuses(rehearsal: Rehearsal): Promise<string> {
  synthesise(rehearsal.assembly, { prod: rehearsal.settings() });
  const { code, output } = await program('deploy', 'prod');
  assert.equal(code, 1, output);
  assert.match(output, /CDK bootstrap[^]*missing[^]*Nothing was deployed/);
  return 'nothing was created';
}

async function bootstrap(): Promise<string> {
  await well(cdk('bootstrap', `aws://${ACCOUNT}/${REGION}`));
  return 'CDKToolkit';
}

async function firstDeploy(): Promise<string> {
  const output = await well(program('deploy', 'prod', '--require-approval', 'never'));
  for (const said of [
    /CloudWatch: Successfully executed action/,
    /([1-9]) of \1 recipients: SNS counts it as delivered/,
    /200, X-Cache: /,
    /The stage serves\./,
  ])
    assert.match(output, said);
  assert.deepEqual(await failedStacks(), []);
  const answer = /X-Cache: \w+/.exec(output)?.[0] ?? '';
  return `${(await alarms()).length} alarms; the first search is answered, ${answer}`;
}

async function checkedTable({ postgres }: Rehearsal): Promise<string> {
  const look = () => program('adopt', '--stage', 'prod', '--check-table');
  const alter = (type: string) =>
    withClient(postgres.ownerUrl, (client) => client.query(`ALTER TABLE vehicles ALTER price TYPE ${type}`));
  const output = await well(look());
  assert.match(output, /max_connections is[^]*2,000 rows; [\d,]+ \([\d.]+ %\) can be found/);
  await alter('numeric(12,2)');
  const drifted = await look().finally(() => alter('integer'));
  assert.equal(drifted.code, 1, drifted.output);
  assert.match(drifted.output, /price is numeric\(12,2\), must be a whole number/);
  return /[\d,]+ rows; [^\n]+/.exec(output)?.[0] ?? '';
}

/** Deploys what the file says now. */
async function update({ assembly, settings }: Rehearsal, change?: (stage: CarFinStage) => void): Promise<void> {
  synthesise(assembly, { prod: settings() }, change === undefined ? {} : { change });
  await deployed(assembly, 'prod');
}

async function secondShard(rehearsal: Rehearsal): Promise<string> {
  const before = await cluster();
  edit(rehearsal, /shards: 1$/m, 'shards: 2');
  edit(rehearsal, /monthlyBudgetUsd: \d+/, 'monthlyBudgetUsd: 5000');
  await update(rehearsal);
  const after = await cluster();
  assert.deepEqual(
    [before.nodes, after.nodes],
    [
      ['carfin-prod-0001-001', 'carfin-prod-0001-002'],
      ['carfin-prod-0001-001', 'carfin-prod-0001-002', 'carfin-prod-0002-001', 'carfin-prod-0002-002'],
    ],
  );
  assert.equal(after.endpoint, before.endpoint, 'a cluster that was replaced has another endpoint');
  return after.nodes.join(', ');
}

async function secondReplica(rehearsal: Rehearsal): Promise<string> {
  edit(rehearsal, /replicasPerShard: 1/, 'replicasPerShard: 2');
  await update(rehearsal);
  const { nodes } = await cluster();
  assert.equal(nodes.length, 6);
  return `${nodes.length} nodes`;
}

async function engineAndRecipient(rehearsal: Rehearsal): Promise<string> {
  edit(rehearsal, /engineVersion: .7\.2./, "engineVersion: '8.0'");
  edit(rehearsal, /- oncall@carfin\.kr/, '- night@carfin.kr');
  assert.match(await wordsOfGateway(rehearsal), /^403 .*its signature does not match/);
  await update(rehearsal, (stage) => otherWords(stage, 'Other words'));
  // An answer of the gateway is in force by the newest deployment of the API alone.
  assert.equal(await wordsOfGateway(rehearsal), '403 {"detail":"Other words"}');
  const { engine, parameterGroup } = await cluster();
  assert.equal(engine, '8.0');
  assert.match(parameterGroup, /valkey8/);
  assert.deepEqual(await subscriptions('AlarmTopicArn', 'email'), ['night@carfin.kr']);
  return `Valkey ${engine} with ${parameterGroup}`;
}
