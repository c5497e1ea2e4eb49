import { regional } from './inputs';
import { dev } from '../support/stages';
import { synthesise } from './templates';

type Resources = Record<string, { Properties: Record<string, unknown> }>;

const stage = synthesise('regional', regional);
const subscriptions = (of: typeof stage, topic: string) => {
  const found = of.service.template.findResources('AWS::SNS::Subscription') as Resources;
  return Object.values(found)
    .map(({ Properties }) => Properties as { Protocol: string; Endpoint: unknown; TopicArn: unknown })
    .filter(({ TopicArn, Protocol }) => JSON.stringify(TopicArn).includes(`"${topic}`) && Protocol !== 'lambda');
};

test('a page goes to every channel, and the URL of a webhook stands in no template', () => {
  const secret = 'arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:pagerduty-AbCdEf';
  const found = subscriptions(stage, 'AlarmTopic').map(({ Protocol, Endpoint }) => [Protocol, Endpoint]);
  expect(found).toEqual(
    expect.arrayContaining([
      ['https', `{{resolve:secretsmanager:${secret}:SecretString:::}}`],
      ['sms', '+821000000000'],
      ['email', 'second@carfin.example'],
      ['email', 'oncall@carfin.example'],
    ]),
  );
  expect(found).toHaveLength(4);
});

test('pager, number and first message get JSON with an AlarmName: a filter of attributes meets no alarm', () => {
  const all = Object.values(stage.service.template.findResources('AWS::SNS::Subscription') as Resources).filter(
    ({ Properties }) => /AlarmTopic|NoticeTopic/.test(JSON.stringify(Properties.TopicArn)),
  );
  const filtered = all.filter(({ Properties }) => Properties.Protocol !== 'email');
  // The function has both topics.
  expect(filtered.map(({ Properties }) => Properties.Protocol).sort()).toEqual(['https', 'lambda', 'lambda', 'sms']);
  for (const { Properties } of filtered)
    expect(Properties).toMatchObject({
      FilterPolicyScope: 'MessageBody',
      FilterPolicy: { AlarmName: [{ exists: true }] },
    });
  for (const { Properties } of all.filter((each) => !filtered.includes(each)))
    expect(Properties).not.toHaveProperty('FilterPolicy');
});

test('tickets are mails to their own recipients, and wake nobody', () => {
  expect(subscriptions(stage, 'NoticeTopic').map(({ Protocol }) => Protocol)).toEqual(['email']);
});

test('a topic that exists gets what pages, its end, and the test of pages; nothing else does', () => {
  const { template } = stage.service;
  const all = {
    ...template.findResources('AWS::CloudWatch::Alarm'),
    ...template.findResources('AWS::CloudWatch::CompositeAlarm'),
  } as Resources;
  const telling = (key: 'AlarmActions' | 'OKActions') =>
    Object.values(all)
      .filter(({ Properties }) => JSON.stringify(Properties[key] ?? '').includes(':oncall'))
      .map(({ Properties }) => String(Properties.AlarmName));
  expect(telling('AlarmActions').sort()).toEqual(['carfin-prod-PageTest', 'carfin-prod-PeopleFeelIt']);
  expect(telling('OKActions')).toEqual(['carfin-prod-PeopleFeelIt']);
});

test('a stage that names no channel sends mails alone: dev wakes nobody', () => {
  const sleeping = synthesise('dev', dev);
  expect(subscriptions(sleeping, 'AlarmTopic').map(({ Protocol }) => Protocol)).toEqual(['email']);
});

test('a budget by tag pages when it is used up, and is a ticket when it will be', () => {
  const [budget] = Object.values(stage.service.template.findResources('AWS::Budgets::Budget')) as Resources[string][];
  const { Budget, NotificationsWithSubscribers } = budget?.Properties as {
    Budget: object;
    NotificationsWithSubscribers: { Notification: { NotificationType: string }; Subscribers: { Address: unknown }[] }[];
  };
  expect(Budget).toMatchObject({
    BudgetLimit: { Amount: 2_500, Unit: 'USD' },
    TimeUnit: 'MONTHLY',
    CostFilters: { TagKeyValue: ['user:stage$prod'] },
  });
  const told = NotificationsWithSubscribers.map(({ Notification, Subscribers }) => [
    Notification.NotificationType,
    JSON.stringify(Subscribers).includes('AlarmTopic') ? 'page' : 'ticket',
  ]);
  expect(told).toEqual([
    ['ACTUAL', 'page'],
    ['FORECASTED', 'ticket'],
  ]);
});
