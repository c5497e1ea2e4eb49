import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer as createHttp, type IncomingMessage, type Server } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ENV } from '../../../lambda/contract/environment';
import { bundleFunction, PROJECT_ROOT } from '../../../lib/constructs/functions/bundle';
import { ALARM_CAUSES } from '../../../lib/constructs/observability/alarm-table/alarm-causes';
import { TcpProxy } from '../../../lib/tools/breakage/proxy';
import { makeCertificates } from '../../../lib/tools/engines/certificates';
import { LocalFunction } from '../../../lib/tools/local-stage/local-function';

const folder = mkdtempSync(path.join(tmpdir(), 'carfin-first-message-'));
const published: URLSearchParams[] = [];
const chats: string[] = [];
const lines: string[] = [];
let chatStatus = 200;
let aws: Server;
let chat: ReturnType<typeof createServer>;
let road: TcpProxy;
let local: LocalFunction | undefined;

const bodyOf = async (request: IncomingMessage) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};
const listen = async (server: Server) => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

/** AWS's control APIs, of which all but SNS and Secrets Manager are down. */
async function startAws(secret: string): Promise<number> {
  aws = createHttp((request, response) => {
    void bodyOf(request).then((body) => {
      const fields = new URLSearchParams(body);
      if (fields.get('Action') === 'Publish') {
        published.push(fields);
        response.setHeader('content-type', 'text/xml');
        return response.end(
          '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
        );
      }
      if (String(request.headers['x-amz-target']).includes('GetSecretValue'))
        return response.end(JSON.stringify({ SecretString: secret }));
      response.statusCode = 400;
      return response.end('{"__type":"AccessDenied"}');
    });
  });
  return listen(aws);
}

beforeAll(async () => {
  const { caFile, certFile, keyFile } = await makeCertificates(folder);
  chat = createServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) }, (request, response) => {
    void bodyOf(request).then((body) => {
      chats.push(body);
      response.statusCode = chatStatus;
      response.end('ok');
    });
  });
  const key = 'T000/B000/very-secret-key';
  road = await TcpProxy.start(await listen(chat));
  const awsPort = await startAws(`https://127.0.0.1:${road.port}/services/${key}`);
  bundleFunction('first-message', folder);
  const causes = path.join(folder, 'causes.json');
  writeFileSync(causes, JSON.stringify(ALARM_CAUSES));
  // The SDK, which Lambda's runtime brings.
  symlinkSync(path.join(PROJECT_ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  const environment = {
    NODE_EXTRA_CA_CERTS: caFile,
    AWS_ENDPOINT_URL: `http://127.0.0.1:${awsPort}`,
    AWS_REGION: 'ap-northeast-2',
    AWS_ACCESS_KEY_ID: 'k',
    AWS_SECRET_ACCESS_KEY: 's',
    AWS_MAX_ATTEMPTS: '1',
    [ENV.stage]: 'prod',
    [ENV.groupId]: 'carfin-prod',
    [ENV.alarmCausesFile]: causes,
    [ENV.chatSecretArn]: 'arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:chat',
  };
  local = await LocalFunction.start(folder, environment, { onLine: (line) => lines.push(line) });
});

afterAll(async () => {
  await local?.stop();
  await road.stop();
  aws.closeAllConnections();
  chat.closeAllConnections();
  aws.close();
  chat.close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  for (const each of [published, chats, lines]) each.splice(0);
  chatStatus = 200;
});

const topic = 'arn:aws:sns:ap-northeast-2:111122223333:pages';
const notify = (AlarmName: string, NewStateValue: string) => {
  const AlarmDescription = 'People get no answers. First: x. Runbook: docs/runbooks/people-feel-it.md.';
  const Message = JSON.stringify({ AlarmName, AlarmDescription, NewStateValue });
  return local?.invoke({ Records: [{ Sns: { TopicArn: topic, Message } }] });
};

test('the deployed bundle tells mail and chat once, though nothing else of AWS answers', async () => {
  await notify('carfin-prod-PeopleFeelIt', 'ALARM');
  expect(published.map((each) => [each.get('TopicArn'), each.get('Subject')])).toEqual([
    [topic, 'carfin-prod: PeopleFeelIt: cause unknown'],
  ]);
  // Pagers and the function itself are told of JSON with an AlarmName, and of nothing else.
  expect(() => JSON.parse(published[0]?.get('Message') ?? '') as unknown).toThrow(SyntaxError);
  expect(chats.map((body) => (JSON.parse(body) as { text: string }).text)).toEqual([
    `carfin-prod: PeopleFeelIt: cause unknown\n${published[0]?.get('Message') ?? ''}`,
  ]);
});

test('an alarm that ends is told to nobody a second time', async () => {
  await notify('carfin-prod-PeopleFeelIt', 'OK');
  expect([published, chats]).toEqual([[], []]);
});

test('a test of the page reaches the chat, and no mail beside its own', async () => {
  await notify('carfin-prod-PageTest', 'ALARM');
  expect([published.length, chats.length]).toEqual([0, 1]);
});

test('the chat is told of the next alarm too, though the last one’s connection has died unnoticed', async () => {
  await notify('carfin-prod-PageTest', 'ALARM');
  road.halfOpen();
  await notify('carfin-prod-PageTest', 'ALARM');
  expect(chats).toHaveLength(2);
});

test('a chat that refuses keeps no mail back, and its key stands in no log', async () => {
  chatStatus = 404;
  await notify('carfin-prod-PeopleFeelIt', 'ALARM');
  expect(published).toHaveLength(1);
  expect(lines.join('\n')).toContain('The chat answered 404.');
  expect(lines.join('\n')).not.toContain('very-secret-key');
});
