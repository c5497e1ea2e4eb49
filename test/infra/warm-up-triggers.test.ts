import { Match } from 'aws-cdk-lib/assertions';
import { prod } from '../support/stages';
import { synthesise } from './templates';

const template = synthesise('prod', prod).service.template;

interface Trigger {
  target: unknown;
  deadLetters: unknown;
}
type Properties = Record<string, unknown>;

const propertiesOf = (type: string, filter: object = {}) =>
  Object.values(template.findResources(type, filter) as Record<string, { Properties: Properties }>).map(
    (resource) => resource.Properties,
  );

/** Everything that invokes a function by an event, with where it puts what it can't deliver. */
function triggers(): Trigger[] {
  const schedules = propertiesOf('AWS::Scheduler::Schedule').map(({ Target }) => Target as Properties);
  const rules = propertiesOf('AWS::Events::Rule').flatMap(({ Targets }) => Targets as Properties[]);
  const subscriptions = propertiesOf('AWS::SNS::Subscription', { Properties: { Protocol: 'lambda' } });
  return [
    ...[...schedules, ...rules].map(({ Arn, DeadLetterConfig }) => ({
      target: Arn,
      deadLetters: (DeadLetterConfig as Properties | undefined)?.Arn,
    })),
    ...subscriptions.map(({ Endpoint, RedrivePolicy }) => ({
      target: Endpoint,
      deadLetters: (RedrivePolicy as Properties | undefined)?.deadLetterTargetArn,
    })),
  ];
}

const [queueId = ''] = Object.keys(template.findResources('AWS::SQS::Queue'));
const [aliasId = ''] = Object.keys(
  template.findResources('AWS::Lambda::Alias', {
    Properties: { FunctionName: { Ref: Match.stringLikeRegexp('^warmup') } },
  }),
);

test('every trigger invokes the alias, and what it can not deliver ends in the queue', () => {
  // The heartbeat's next minute and an alarm's raw page make up for what could not be delivered to these two.
  const own = triggers().filter(({ target }) => !/Heartbeat|FirstMessage/.test(JSON.stringify(target)));
  expect(own).toHaveLength(3);
  for (const trigger of own) {
    expect(trigger).toEqual({ target: { Ref: aliasId }, deadLetters: { 'Fn::GetAtt': [queueId, 'Arn'] } });
  }
});

test('what fails as invoked by the alias ends in the same queue, which alarms on its first message', () => {
  const OnFailure = { Destination: { 'Fn::GetAtt': [queueId, 'Arn'] } };
  const configurations = propertiesOf('AWS::Lambda::EventInvokeConfig');
  expect(configurations).toContainEqual(
    expect.objectContaining({
      Qualifier: { 'Fn::Select': [7, { 'Fn::Split': [':', { Ref: aliasId }] }] },
      DestinationConfig: { OnFailure },
    }),
  );
  const lost = configurations.filter(({ DestinationConfig }) => DestinationConfig === undefined);
  expect(lost.map(({ FunctionName }) => FunctionName)).toEqual([
    { Ref: expect.stringMatching('^FirstMessage') as unknown },
  ]);
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [queueId, 'QueueName'] } }],
    ComparisonOperator: 'GreaterThanThreshold',
    Threshold: 0,
  });
});

test('it runs each minute', () => {
  template.hasResourceProperties('AWS::Scheduler::Schedule', {
    ScheduleExpression: 'rate(1 minute)',
    Target: { RetryPolicy: { MaximumRetryAttempts: 1, MaximumEventAgeInSeconds: 60 } },
  });
});

test('it looks again within its minute only where the stage wants changes sooner than in 60 s', () => {
  const often = synthesise('prod', { ...prod, freshnessSeconds: 5, monthlyBudgetUsd: 600 }).service.template;
  often.hasResourceProperties('AWS::Scheduler::Schedule', { Target: { Input: '{"everySeconds":5}' } });
  expect(JSON.stringify(template.toJSON())).not.toContain('everySeconds');
});

test('it runs after each deploy of either stack, and no resource of a deploy waits for it', () => {
  const stack = (name: string) => ({
    prefix: `arn:aws:cloudformation:ap-northeast-2:111122223333:stack/carfin-prod-${name}/`,
  });
  template.hasResourceProperties('AWS::Events::Rule', {
    State: 'ENABLED',
    EventPattern: {
      source: ['aws.cloudformation'],
      'detail-type': ['CloudFormation Stack Status Change'],
      detail: {
        'stack-id': [stack('service'), stack('cache')],
        'status-details': { status: ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'] },
      },
    },
    Targets: [Match.objectLike({ RetryPolicy: { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 3 } })],
  });
  expect(JSON.stringify(template.toJSON())).not.toContain('Custom::');
});

test('it runs after a failover', () => {
  template.hasResourceProperties('AWS::SNS::Subscription', {
    FilterPolicyScope: 'MessageBody',
    FilterPolicy: { 'ElastiCache:FailoverComplete': [{ exists: true }] },
  });
});
