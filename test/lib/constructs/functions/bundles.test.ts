import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { context } from '../../../../cdk.json';
import { App, type Stack } from 'aws-cdk-lib';
import type { APIGatewayProxyResult } from 'aws-lambda';
import { definitionOf, FUNCTION_NAMES, FUNCTIONS, type FunctionName } from '../../../../lambda/contract/functions';
import { CarFinStage } from '../../../../lib/carfin-stage';
import { BUNDLE_FILE } from '../../../../lib/constructs/functions/bundle';
import { removeBundles } from '../../../../lib/constructs/functions/code';
import { lambdaNode } from '../../../../lib/tools/local-stage/lambda-node';
import { LocalFunction } from '../../../../lib/tools/local-stage/local-function';
import { withImages } from '../../../infra/inputs';
import { get, search, startEngines, type Engines } from '../../../support/engines';
import { prod } from '../../../support/stages';

/** The very files that a deploy uploads: synthesised, then found by the template's own references. */
const output = mkdtempSync(path.join(tmpdir(), 'carfin-synth-'));
let stage: CarFinStage;
let engines: Engines;
const running: LocalFunction[] = [];

beforeAll(async () => {
  const app = new App({ outdir: output, context });
  stage = new CarFinStage(app, 'prod', withImages);
  app.synth();
  engines = await startEngines();
});

afterAll(async () => {
  await Promise.all(running.map((each) => each.stop()));
  await engines.stop();
  rmSync(output, { recursive: true });
  removeBundles();
});

/** The folder that the template of the service stack names as the code of a function. */
function assetOf(name: FunctionName, stack: Stack): string {
  const folder = path.join(output, 'assembly-prod');
  const template = JSON.parse(readFileSync(path.join(folder, stack.templateFile), 'utf8')) as {
    Resources: Record<string, { Properties?: { FunctionName?: string; Code?: { S3Key: string } } }>;
  };
  const functionName = `${prod.cache.replicationGroupId}-${name}`;
  const resource = Object.values(template.Resources).find(
    ({ Properties }) => Properties?.FunctionName === functionName,
  );
  const hash = resource?.Properties?.Code?.S3Key.replace('.zip', '') ?? '';
  return path.join(output, `asset.${hash}`);
}

async function start(name: FunctionName, execPath: string): Promise<LocalFunction> {
  const environment = engines.env(FUNCTIONS[name].valkeyUser);
  const local = await LocalFunction.start(assetOf(name, stage.service), environment, { execPath });
  running.push(local);
  return local;
}

test.each(FUNCTION_NAMES)('the package of %s holds the bundle, and the certificates of RDS if it asks it', (name) => {
  const folder = assetOf(name, stage.service);
  expect(existsSync(path.join(folder, BUNDLE_FILE))).toBe(true);
  const certificates = path.join(folder, 'rds-ca.pem');
  expect(existsSync(certificates) ? readFileSync(certificates, 'utf8').match(/BEGIN CERTIFICATE/g)?.length : 0).toBe(
    definitionOf(name).database ? 3 : 0,
  );
});

describe.each([
  ['this Node.js', () => Promise.resolve(process.execPath)],
  ["Lambda's Node.js", lambdaNode],
])('on %s', (_, execPath) => {
  test('what synth produced answers events of API Gateway', async () => {
    const warmUp = await start('warm-up', await execPath());
    expect(await warmUp.invoke({ force: true })).toMatchObject({ listings: engines.listings.length });
    const answering = await start('search', await execPath());
    const answer = (await answering.invoke(search('budgetMin=1000&budgetMax=3000'))) as APIGatewayProxyResult;
    expect([answer.statusCode, answer.headers?.['x-cache']]).toEqual([200, expect.stringMatching(/^(index|hit)$/)]);
    const health = (await answering.invoke(get('/v1/health'))) as APIGatewayProxyResult;
    expect(JSON.parse(health.body)).toMatchObject({ status: 'ok' });
  });
});
