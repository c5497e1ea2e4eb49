import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { stringify } from 'yaml';
import { CarFinClient, CarFinProblem } from '../../client';
import type { StageInput } from '../../stages/settings';
import { synthesise } from './assembly';
import { ACCOUNT, CLIENT, REGION } from './emulator';
import { cdk, program } from './programs';
import type { Rehearsal } from './rehearsal';
import { failedStacks, output, stackNames } from './state';

const STAGE = 'web';
const GROUP = 'carfin-web';
const DOMAIN = 'cars.carfin.test';
const OIDC = {
  issuer: 'oidc.web-host.test/team',
  audience: 'https://web-host.test/team',
  subject: 'owner:team:project:carfin:environment:production',
};
const PERSON = 'somebody';

/** Beside prod, in the same account: for callers from the internet, with what only such a stage has. */
function webSettings({ settings }: Rehearsal): StageInput {
  const { network, database, ...prod } = settings();
  return {
    ...prod,
    network,
    database,
    cache: {
      ...prod.cache,
      replicationGroupId: GROUP,
      retainData: false,
      autoScaling: { minShards: 1, maxShards: 4, targetCpuPercent: 60 },
    },
    api: {
      exposure: 'regional',
      callers: [],
      // Prod has made it: a second one would overwrite it.
      logRole: 'exists',
      domain: { name: DOMAIN, certificateArn: `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/rehearsed` },
      oidc: { ...OIDC, scopes: ['search', 'conversation'] },
    },
    pages: [{ sms: '+821000000000' }],
    keyReaders: { securityGroupIds: [], roleArns: [`arn:aws:iam::${ACCOUNT}:role/agents`] },
    audit: { readerArns: [`arn:aws:iam::${ACCOUNT}:role/engineer`] },
    tags: { project: 'cars', stage: STAGE },
    budgetTag: 'stage',
    monthlyBudgetUsd: 5_000,
  };
}

/** By the same way as the first stage. */
export async function webStage(rehearsal: Rehearsal): Promise<string> {
  const input = webSettings(rehearsal);
  writeFileSync(path.join(rehearsal.stages, `${STAGE}.yaml`), stringify(input));
  synthesise(rehearsal.assembly, STAGE, input);
  const { code, output: said } = await program('deploy', STAGE, '--require-approval', 'never');
  // Nobody has made the domain's record: the doctor says so, and all else is well.
  assert.equal(code, 1, said);
  assert.match(said, /failed │ API +│ DNS[^]*ApiDomainTarget[^]*200, X-Cache: [^]*Deployed; what has a ✖/);
  assert.deepEqual(await failedStacks(), []);
  assert.equal(await output('ApiUrl', GROUP), `https://${DOMAIN}`);
  return `${GROUP} beside the first; callers are given https://${DOMAIN}`;
}

/** A token as the web host's own provider would sign it; STS here believes the signature. */
function token(claims: Partial<typeof OIDC> = {}): string {
  const { issuer, audience, subject } = { ...OIDC, ...claims };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return [part({ alg: 'RS256' }), part({ iss: `https://${issuer}`, aud: audience, sub: subject }), 'signature'].join(
    '.',
  );
}

async function signIn(WebIdentityToken: string) {
  const RoleArn = await output('WebHostRoleArn', GROUP);
  const { Credentials } = await new STSClient(CLIENT).send(
    new AssumeRoleWithWebIdentityCommand({ RoleArn, RoleSessionName: 'web-host', WebIdentityToken }),
  );
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

async function webHost({ emulator }: Rehearsal): Promise<CarFinClient> {
  const credentials = await signIn(token());
  const url = `${emulator.url}/_aws/execute-api/${await output('ApiId', GROUP)}/live`;
  return new CarFinClient({ url, region: REGION, credentials: () => credentials });
}

const refused = (error: unknown) => error instanceof CarFinProblem && error.status === 403;

/** With the client that an application copies, by the token's subject and no other, and within its scopes. */
export async function webHostCalls(rehearsal: Rehearsal): Promise<string> {
  for (const wrong of [{ subject: 'owner:team:project:other:environment:production' }, { audience: 'https://other' }])
    await assert.rejects(signIn(token(wrong)), /Not authorized/);
  const client = await webHost(rehearsal);
  const { total } = await client.searchVehicles({ budgetMin: 2_500, budgetMax: 3_200 });
  assert.ok(total > 0);
  const { sessionId } = await client.createSession({ userId: PERSON, question: '가족용 차' });
  assert.equal((await client.getSession(sessionId)).userId, PERSON);
  await assert.rejects(client.forgetUser(PERSON), refused, 'it has no scope to erase');
  return `${total} cars, a session; to erase is refused`;
}

/** Nothing of it is retained: once is enough, and the first stage stays. */
export async function webStageGoes({ assembly, settings }: Rehearsal): Promise<string> {
  const { code, output: said } = await cdk('destroy', `${STAGE}/*`, '--app', assembly, '--force');
  assert.equal(code, 0, said);
  assert.deepEqual(await stackNames(GROUP), []);
  const left = await stackNames();
  assert.equal(left.length, 2);
  synthesise(assembly, 'prod', settings());
  return `${left.join(' and ')} stay`;
}
