import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { stringify } from 'yaml';
import { CarFinClient, CarFinProblem } from '../../client';
import { parseSettings } from '../../stages/parse-settings';
import { AwsTarget } from '../ops/aws/aws-target';
import { readForgotten } from '../ops/aws/forgotten';
import { synthesise } from './assembly';
import { CLIENT, REGION } from './emulator';
import { become, becomeRoot, credentialsOf, roleCredentials, type Credentials } from './existing-account';
import { DOMAIN, makeThings } from './existing-things';
import { runLine, type Line } from './ops-line';
import { program } from './programs';
import { thingsOf, type Rehearsal } from './rehearsal';
import { OIDC, WEB, webInput } from './stage-inputs';
import { failedStacks, output } from './state';
import { until } from './until';

const { stage: STAGE, group: GROUP } = WEB;
const PERSON = 'somebody';

/** By the same way as the first stage. */
export async function webStage(rehearsal: Rehearsal): Promise<string> {
  rehearsal.things = await makeThings(parseSettings('prod', rehearsal.settings()));
  const input = webInput(rehearsal.settings(), rehearsal.things, 'make');
  writeFileSync(path.join(rehearsal.stages, `${STAGE}.yaml`), stringify(input));
  synthesise(rehearsal.assembly, { [STAGE]: input });
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

async function signIn(WebIdentityToken: string): Promise<Credentials> {
  const RoleArn = await output('WebHostRoleArn', GROUP);
  const role = { RoleArn, RoleSessionName: 'web-host', WebIdentityToken };
  return credentialsOf(await new STSClient(CLIENT).send(new AssumeRoleWithWebIdentityCommand(role)));
}

/** The client that an application copies, with these credentials. */
async function caller({ emulator }: Rehearsal, credentials: Credentials): Promise<CarFinClient> {
  const url = `${emulator.url}/_aws/execute-api/${await output('ApiId', GROUP)}/live`;
  return new CarFinClient({ url, region: REGION, credentials: () => credentials });
}

const refused = (error: unknown) => error instanceof CarFinProblem && error.status === 403;

/** By the token's subject and no other, and within its scopes. */
export async function webHostCalls(rehearsal: Rehearsal): Promise<string> {
  for (const wrong of [{ subject: 'owner:team:project:other:environment:production' }, { audience: 'https://other' }])
    await assert.rejects(signIn(token(wrong)), /Not authorized/);
  const client = await caller(rehearsal, await signIn(token()));
  const { total } = await client.searchVehicles({ budgetMin: 2_500, budgetMax: 3_200 });
  assert.ok(total > 0);
  const { sessionId } = await client.createSession({ userId: PERSON, question: '가족용 차' });
  assert.equal((await client.getSession(sessionId)).userId, PERSON);
  await assert.rejects(client.forgetUser(PERSON), refused, 'it has no scope to erase');
  return `${total} cars, a session; to erase is refused`;
}

/**
 * Who may erase does; the line goes from the function's log to the audit log, where the operator finds it after a
 * restore.
 */
export async function forgottenAgain(rehearsal: Rehearsal): Promise<string> {
  const since = new Date().toISOString();
  const client = await caller(rehearsal, await roleCredentials('agents'));
  await client.forgetUser(PERSON);
  const logs = new CloudWatchLogsClient(CLIENT);
  await until('removal in the audit log', async () => (await readForgotten(logs, GROUP, Date.parse(since)))[0]);
  const settings = parseSettings(STAGE, webInput(rehearsal.settings(), thingsOf(rehearsal), 'make'));
  await become(`${GROUP}-operator`);
  const line: Line = [`forget-again --since ${since} --yes`, 0, /^Removals since 20[^;]*: 1; /];
  const wrong = await runLine(new AwsTarget(STAGE, settings), line).finally(async () => {
    becomeRoot();
    await become('engineer');
  });
  assert.deepEqual(wrong, []);
  return 'the operator read 1 removal';
}
