import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { ConfirmSubscriptionCommand, SNSClient, SubscribeCommand, UnsubscribeCommand } from '@aws-sdk/client-sns';
import { CLIENT } from './emulator';
import { GROUP, output } from './state';
import { until } from './until';

/** What SNS posts. */
interface Notification {
  Type: string;
  Token?: string;
  Message: string;
}

/**
 * The state of the alarm that people feel is set; the page takes CloudWatch's road to the topic and SNS's to an
 * endpoint of ours, and the function that is told beside it says there why.
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
  const { Token } = await until('confirmation at the endpoint', () =>
    posted.find(({ Type }) => Type === 'SubscriptionConfirmation'),
  );
  const { SubscriptionArn } = await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
  const alarm = `${GROUP}-PeopleFeelIt`;
  const cloudWatch = new CloudWatchClient(CLIENT);
  for (const StateValue of ['OK', 'ALARM'] as const)
    await cloudWatch.send(new SetAlarmStateCommand({ AlarmName: alarm, StateValue, StateReason: 'rehearsed' }));
  const page = await until('page at the endpoint', () =>
    posted.find(({ Message }) => Message.includes('"NewStateValue": "ALARM"')),
  );
  const { AlarmName, AlarmDescription } = JSON.parse(page.Message) as Record<string, string>;
  assert.equal(AlarmName, alarm);
  assert.match(AlarmDescription ?? '', /npm run ops -- \w+/, 'a page says what to type first');
  const first = await until('first message at the endpoint', () =>
    posted.find(({ Message }) => Message.startsWith('PeopleFeelIt: ')),
  );
  assert.match(first.Message, /^Type: npm run ops -- [^]*^Board: npm run ops -- board --stage prod$/m);
  assert.doesNotMatch(first.Message, /not authorized|AccessDenied/, 'the first message may ask what it asks');
  await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
  return `${alarm} and its first message reached it`;
}
