import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { ConfirmSubscriptionCommand, SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import { CLIENT } from './emulator';
import { GROUP, output } from './state';

/** What SNS posts. */
interface Notification {
  Type: string;
  Token?: string;
  Message: string;
}

const PATIENCE_MS = 30_000;

/**
 * The state of the alarm that people feel is set; the page takes CloudWatch's road to the topic and SNS's to an
 * endpoint of ours.
 */
export async function pageArrives(): Promise<string> {
  const posted: Notification[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      posted.push(JSON.parse(body) as Notification);
      response.end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await follow(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, posted);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function follow(Endpoint: string, posted: Notification[]): Promise<string> {
  const sns = new SNSClient(CLIENT);
  const TopicArn = await output('AlarmTopicArn');
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'http', Endpoint }));
  const { Token } = await until(() => posted.find(({ Type }) => Type === 'SubscriptionConfirmation'));
  const { SubscriptionArn } = await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
  const alarm = `${GROUP}-PeopleFeelIt`;
  const cloudWatch = new CloudWatchClient(CLIENT);
  for (const StateValue of ['OK', 'ALARM'] as const)
    await cloudWatch.send(new SetAlarmStateCommand({ AlarmName: alarm, StateValue, StateReason: 'rehearsed' }));
  const page = await until(() => posted.find(({ Message }) => Message.includes('"NewStateValue": "ALARM"')));
  const { AlarmName, AlarmDescription } = JSON.parse(page.Message) as Record<string, string>;
  assert.equal(AlarmName, alarm);
  assert.match(AlarmDescription ?? '', /npm run ops -- \w+/, 'a page says what to type first');
  await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
  return `${alarm} reached it`;
}

async function until<T>(look: () => T | undefined): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const found = look();
    if (found !== undefined) return found;
    await sleep(50);
  }
  throw new Error(`Nothing arrived at the endpoint within ${PATIENCE_MS} ms.`);
}
