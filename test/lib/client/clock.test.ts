import { CarFinClient, CarFinProblem, type ClientOptions } from '../../../lib/client';
import { toProblem } from '../../../lib/client/errors';
import { startGateway } from '../../../lib/tools/local-stage/gateway';
import { startLossyProxy, type LossyProxy } from '../../support/lossy-proxy';

const MINUTE_MS = 60_000;
const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret', sessionToken: 'a-secret-token' };

/** Checks every signature and its time by a clock of its own, as AWS does. */
let aws: LossyProxy;
let clockIsOffMs: () => number;
let stopGateway: () => Promise<unknown>;

beforeAll(async () => {
  const body = JSON.stringify({ sessionId: 's', version: 2, durable: true });
  const gateway = await startGateway(0, () =>
    Promise.resolve({ statusCode: 200, headers: { 'content-type': 'application/json' }, body }),
  );
  stopGateway = gateway.stop;
  const now = () => Date.now() - clockIsOffMs();
  aws = await startLossyProxy(gateway.port, { ...credentials, region: 'ap-northeast-2', now });
});
afterAll(async () => {
  await aws.stop();
  await stopGateway();
});

const client = (options: Partial<ClientOptions> = {}): CarFinClient =>
  new CarFinClient({ url: aws.url, region: 'ap-northeast-2', credentials: () => credentials, ...options });

/** @returns how many requests were refused and how many passed. */
async function counted(action: () => Promise<unknown>): Promise<{ refused: number; passed: number }> {
  const before = [aws.refused(), aws.forwarded()] as const;
  await action();
  return { refused: aws.refused() - before[0], passed: aws.forwarded() - before[1] };
}

test.each([
  ['an hour ahead', 60],
  ['an hour behind', -60],
  ['two days behind', -2 * 24 * 60],
])('a clock %s is corrected once; what follows is signed right at once', async (_, minutes) => {
  clockIsOffMs = () => minutes * MINUTE_MS;
  const carfin = client({ attempts: 1 });
  expect(await counted(() => carfin.completeSession('s'))).toEqual({ refused: 1, passed: 1 });
  expect(await counted(() => carfin.completeSession('s'))).toEqual({ refused: 0, passed: 1 });
});

test('a clock that is set right meanwhile is corrected again', async () => {
  const carfin = client();
  clockIsOffMs = () => 60 * MINUTE_MS;
  await carfin.completeSession('s');
  clockIsOffMs = () => 0;
  expect(await counted(() => carfin.completeSession('s'))).toEqual({ refused: 1, passed: 1 });
});

test('a call is signed anew once and no more, though the clocks stay apart', async () => {
  let asked = 0;
  clockIsOffMs = () => 60 * MINUTE_MS * ++asked;
  const refusal = client().completeSession('s');
  expect(await counted(() => refusal.catch(() => undefined))).toEqual({ refused: 2, passed: 0 });
  await expect(refusal).rejects.toThrow(/^completeSession: 403 .*; AWS: Signature not yet current: \d{8}T\d{6}Z is/);
});

test('a clock that AWS takes is not touched', async () => {
  clockIsOffMs = () => -3 * MINUTE_MS;
  expect(await counted(() => client().completeSession('s'))).toEqual({ refused: 0, passed: 1 });
});

test('of a signature that is wrong AWS’s reason is told, and neither the token nor what was asked', async () => {
  clockIsOffMs = () => 0;
  const stranger = client({ credentials: () => ({ ...credentials, secretAccessKey: 'another' }) });
  const refusal = stranger.searchVehicles({ budgetMin: 0, budgetMax: 1, usage: 'private-words' });
  expect(await counted(() => refusal.catch(() => undefined))).toEqual({ refused: 1, passed: 0 });
  const error = (await refusal.catch((caught: unknown) => caught)) as CarFinProblem;
  expect(error).toBeInstanceOf(CarFinProblem);
  expect(error.message).toMatch(
    /AWS: The request signature we calculated does not match the signature you provided\.$/,
  );
  expect(JSON.stringify(error) + error.message).not.toMatch(/a-secret-token|private-words/);
});

test.each([
  ['{"message":"Forbidden"}', 'Forbidden'],
  ['{"Message":"User: anonymous is not authorized"}', 'User: anonymous is not authorized'],
  ['<html>Forbidden</html>', '<html>Forbidden</html>'],
  ['null', 'null'],
])('AWS’s own answer %s is told in its words', (text, detail) => {
  expect(toProblem(403, text)).toMatchObject({ status: 403, detail });
});

test.each(['', '/', '..', '/../v1/health', 'a//b', 'a?b', 'a%2fb', null])(
  '%j is no photo: nothing is sent',
  async (photo) => {
    await expect(client().getImage(photo as string)).rejects.toThrow(RangeError);
  },
);
