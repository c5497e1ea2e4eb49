import assert from 'node:assert/strict';
import { CloudWatchClient, SetAlarmStateCommand, type StateValue } from '@aws-sdk/client-cloudwatch';
import { GetAliasCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { AT_ONCE } from '../../constructs/functions/canary';
import { synthesise } from './assembly';
import { CLIENT } from './emulator';
import { cdk, program, well } from './programs';
import { edit, type Rehearsal } from './rehearsal';
import { failedStacks, GROUP } from './state';

const ALARM = 'Failing-conversation';

const setAlarm = (state: StateValue) =>
  new CloudWatchClient(CLIENT).send(
    new SetAlarmStateCommand({ AlarmName: `${GROUP}-${ALARM}`, StateValue: state, StateReason: 'rehearsed' }),
  );

async function version(): Promise<string> {
  const alias = { FunctionName: `${GROUP}-conversation`, Name: 'live' };
  return (await new LambdaClient(CLIENT).send(new GetAliasCommand(alias))).FunctionVersion ?? '';
}

/** While an alarm fires: nothing is begun; what is begun all the same is taken back; a remedy goes at once. */
export async function canaryGuards(rehearsal: Rehearsal): Promise<string> {
  const { assembly, settings } = rehearsal;
  const before = await version();
  // Another variable of conversation's.
  edit(rehearsal, /snapshotRetentionDays: 3/, 'snapshotRetentionDays: 2');
  await setAlarm('ALARM');
  const refused = await program('deploy', 'prod', '--no-preflight');
  assert.equal(refused.code, 1, refused.output);
  assert.match(refused.output, new RegExp(`Nothing was deployed: ${ALARM} would take it back`));
  const deploy = async (context: Record<string, string> = {}) => {
    synthesise(assembly, { prod: settings() }, { context });
    return cdk('deploy', 'prod/*', '--app', assembly, '--require-approval', 'never');
  };
  const taken = await deploy();
  assert.notEqual(taken.code, 0, taken.output);
  assert.match(taken.output, new RegExp(`CodeDeploy stopped the deployment: ${GROUP}-${ALARM}`));
  assert.deepEqual(await failedStacks(), [`${GROUP}-service UPDATE_ROLLBACK_COMPLETE`]);
  assert.equal(await version(), before, 'the old version answers');
  await well(deploy({ [AT_ONCE]: 'true' }));
  await setAlarm('OK');
  assert.deepEqual(await failedStacks(), []);
  const after = await version();
  assert.notEqual(after, before);
  return `conversation from version ${before} to ${after}, past ${ALARM}`;
}
