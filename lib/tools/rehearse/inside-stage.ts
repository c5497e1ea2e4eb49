import assert from 'node:assert/strict';
import { DescribeReplicationGroupsCommand, ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { parseSettings } from '../../stages/parse-settings';
import type { StageInput } from '../../stages/settings';
import { preflight } from '../preflight/preflight';
import { synthesise } from './assembly';
import { ACCOUNT } from './emulator';
import { ABROAD } from './existing-things';
import { cdk, well } from './programs';
import { thingsOf, type Rehearsal } from './rehearsal';
import { INSIDE, insideInput, OIDC, WEB, webInput } from './stage-inputs';
import { deployed, output, stackNames } from './state';

const { stage: STAGE, group: GROUP } = INSIDE;

/**
 * Beside the two others, on what the VPC has; in the same deploy the second stage takes the provider as one that
 * exists.
 */
export async function insideStage(rehearsal: Rehearsal): Promise<string> {
  const inputs = inputsOf(rehearsal);
  const open = (await preflight(parseSettings(STAGE, inputs[STAGE] as StageInput), STAGE)).filter(
    ({ level }) => level === 'problem',
  );
  assert.deepEqual(open, []);
  synthesise(rehearsal.assembly, inputs);
  await deployed(rehearsal.assembly, WEB.stage, STAGE);
  await providerStays(rehearsal);
  return `${GROUP}; ${await datastoreId()}`;
}

/** The second deploy, with the id that AWS made: its copy in another Region, and endpoints of its own. */
export async function copyAbroad(rehearsal: Rehearsal): Promise<string> {
  await well(cdk('bootstrap', `aws://${ACCOUNT}/${ABROAD}`));
  synthesise(rehearsal.assembly, inputsOf(rehearsal, await datastoreId()));
  await deployed(rehearsal.assembly, STAGE);
  const { ReplicationGroups = [] } = await new ElastiCacheClient({ region: ABROAD }).send(
    new DescribeReplicationGroupsCommand({}),
  );
  const [copy] = ReplicationGroups;
  assert.equal(copy?.ReplicationGroupId, `${GROUP}-${ABROAD}`);
  assert.equal(copy.MemberClusters?.length, 2);
  assert.match(await output('ApiDomainTarget', GROUP), /^vpce-/);
  return copy.ReplicationGroupId;
}

/** Nothing of them is retained but the account's provider: once is enough, and the first stage stays. */
export async function othersGo(rehearsal: Rehearsal): Promise<string> {
  await well(cdk('destroy', `${WEB.stage}/*`, `${STAGE}/*`, '--app', rehearsal.assembly, '--force'));
  assert.deepEqual([...(await stackNames(WEB.group)), ...(await stackNames(GROUP))], []);
  await providerStays(rehearsal);
  const left = await stackNames();
  assert.equal(left.length, 2);
  synthesise(rehearsal.assembly, { prod: rehearsal.settings() });
  return `${left.join(' and ')} stay`;
}

function inputsOf(rehearsal: Rehearsal, id?: string): Record<string, StageInput> {
  const [prod, things] = [rehearsal.settings(), thingsOf(rehearsal)];
  return { [WEB.stage]: webInput(prod, things, 'exists'), [STAGE]: insideInput(prod, things, id) };
}

const datastoreId = () => output('GlobalDatastoreId', GROUP, 'cache');

/** Another stage may trust it. */
async function providerStays({ emulator }: Rehearsal): Promise<void> {
  const arn = `arn:aws:iam::${ACCOUNT}:oidc-provider/${OIDC.issuer}`;
  await well(emulator.aws('iam', 'get-open-id-connect-provider', '--open-id-connect-provider-arn', arn));
}
