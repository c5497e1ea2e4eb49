import { PeopleKey } from '../../../../lambda/contract/people-key';
import { createOperationsFunction, type OperationsFunction } from '../../../../lambda/levers/operations-function';
import { primariesOf } from '../../../../lib/tools/engines/cluster-roles';
import { LocalTelemetry } from '../../../../lib/tools/ops/local/local-telemetry';
import { forgetAgain } from '../../../../lib/tools/ops/commands/forget-again';
import type { Target } from '../../../../lib/tools/ops/stage/target';
import { createConversationFunction } from '../../../../lambda/conversation/conversation-function';
import { call, type Answer } from '../../../support/api';
import { SessionApi } from '../sessions/api';

const api = new SessionApi();
let operations: OperationsFunction;
let written: string[];

beforeAll(() => (operations = createOperationsFunction(api.engines.env('operations'))));
afterAll(() => operations.close());
beforeEach(() => {
  written = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => written.push(String(text)) > 0);
});
afterEach(() => jest.restoreAllMocks());

async function speak(userId: string): Promise<string> {
  const begun = await api.ask('POST', '/v1/sessions', { body: { userId, question: '?' } });
  const messages = [{ id: 'm', role: 'user', content: '말' }];
  await api.ask('POST', `/v1/users/${userId}/chat`, { body: { messages } });
  const signals = [{ id: 's', type: 'liked', vehicle: { manufacturer: '기아' } }];
  await api.ask('POST', `/v1/users/${userId}/signals`, { body: { signals } });
  return begun.body.sessionId;
}

/** What the audit log holds: the lines that the functions wrote, as the local system keeps them. */
function auditLog(): LocalTelemetry {
  const telemetry = new LocalTelemetry(Date.now, new PeopleKey(api.engines.cluster.peopleKey));
  for (const line of written) telemetry.take('conversation', line.trimEnd());
  return telemetry;
}

const keysOf = async (userId: string) => {
  // Replicas hear of a removal a little later, and after a restart any node may be a primary.
  const primaries = await primariesOf(api.engines.cluster);
  // The mark of a chat has the person's pseudonym.
  const pseudonym = new PeopleKey(api.engines.cluster.peopleKey).pseudonym('person', userId);
  const patterns = [`*${userId}*`, `seen:chat:${pseudonym}`];
  const keys = await Promise.all(primaries.flatMap((node) => patterns.map((pattern) => node.ask('KEYS', pattern))));
  return (keys as string[][]).flat().sort();
};

/** Every node ends and starts with the snapshot that was taken, as a cluster that is made of one. */
async function restore(): Promise<void> {
  const { cluster } = api.engines;
  await Promise.all(cluster.nodes.map((node) => node.stop()));
  await Promise.all(cluster.nodes.map((node) => node.start()));
  await cluster.untilOk(60_000);
}

test('who was forgotten after a snapshot is forgotten again after it is restored, and nobody else', async () => {
  const sessions = { kim: await speak('kim'), lee: await speak('lee'), park: await speak('park') };
  const snapshotAt = new Date().toISOString();
  const keptThen = await keysOf('kim');
  expect(keptThen).toHaveLength(8);
  for (const node of api.engines.cluster.nodes) await node.ask('SAVE');
  expect((await api.ask('DELETE', '/v1/users/kim')).status).toBe(200);
  expect((await api.ask('DELETE', '/v1/users/park/chat')).status).toBe(200);
  expect(await keysOf('kim')).toStrictEqual([]);

  await restore();
  expect(await keysOf('kim')).toEqual(keptThen);

  const telemetry = auditLog();
  const target = {
    operator: () => Promise.resolve('arn:aws:sts::1:assumed-role/operator/choi'),
    forgotten: (since: number) => Promise.resolve(telemetry.forgotten(since)),
    invoke: (_: string, event: unknown) => operations.handler(event),
  } as unknown as Target;
  // Shown first, and nothing is done.
  const shown = await forgetAgain(target, snapshotAt, false);
  expect(shown.data).toMatchObject({ asked: 2, removed: 0 });
  expect(await keysOf('kim')).toEqual(keptThen);

  const done = await forgetAgain(target, snapshotAt, true);
  expect(done.data).toMatchObject({ asked: 2, unfinished: false });
  expect(await keysOf('kim')).toStrictEqual([]);
  // Functions that start after the restore, as those of a new cluster do.
  const again = await createConversationFunction(api.engines.env('conversation'));
  const read = (path: string): Promise<Answer> => call(again.handler, 'GET', path);
  expect((await read(`/v1/sessions/${sessions.kim}`)).status).toBe(404);
  expect((await read('/v1/users/kim/chat')).body.messageCount).toBe(0);
  expect((await read('/v1/users/kim/preferences')).body.version).toBe(0);
  // Park took back the chat alone.
  expect((await read('/v1/users/park/chat')).body.messageCount).toBe(0);
  expect((await read('/v1/users/park/preferences')).body).toMatchObject({ signals: 1 });
  expect((await read(`/v1/sessions/${sessions.park}`)).status).toBe(200);
  expect((await read(`/v1/sessions/${sessions.lee}`)).status).toBe(200);
  expect((await read('/v1/users/lee/chat')).body.messageCount).toBe(1);
  await again.close();

  const levers = auditLog().audit;
  expect(
    levers.filter(({ action }) => action.startsWith('lever')).map(({ action, caller }) => [action, caller]),
  ).toEqual([
    ['lever forget-again, look', 'arn:aws:sts::1:assumed-role/operator/choi'],
    ['lever forget-again', 'arn:aws:sts::1:assumed-role/operator/choi'],
  ]);
});
