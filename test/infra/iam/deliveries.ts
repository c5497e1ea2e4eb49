import { definitionOf, FUNCTION_NAMES } from '../../../lambda/contract/functions';
import type { SynthesisedStage } from '../templates';
import { deployedFunctions } from '../../../lib/stages/deployed-functions';
import type { Account } from './account';
import type { AccessRequest, Context } from './statement';
import type { Placed } from './template-values';

/** What the design rests on: must be allowed as it is, and refused in each of its twins. */
export interface Delivery {
  what: string;
  request: AccessRequest;
  /** The endpoint of the VPC that it takes. */
  through?: string;
  twins: Readonly<Record<string, Partial<AccessRequest>>>;
}

const STRANGER = '444455556666';
const TLS: Context = { 'aws:SecureTransport': 'true' };

/** Every delivery of a stage but those of its callers, its operator and its own people. */
export function deliveries(account: Account, stage: SynthesisedStage): Delivery[] {
  const all = new Deliveries(account, stage);
  return [
    ...all.alarms(),
    ...all.cacheEvents(),
    ...all.subscriptions(),
    ...all.schedules(),
    ...all.rules(),
    ...all.failures(),
    ...all.gateway(),
    ...all.logs(),
    ...all.audit(),
    ...all.stores(),
    ...all.firstMessages(),
    ...all.budgets(),
    ...all.canaries(),
  ];
}

class Deliveries {
  private readonly at: (pattern: string) => string;

  constructor(
    private readonly account: Account,
    private readonly stage: SynthesisedStage,
  ) {
    this.at = (pattern) => account.values.at(stage.service.stackName, pattern);
  }

  alarms(): Delivery[] {
    // The policy of a topic that exists is not the stage's: preflight reads it.
    const existing = this.stage.settings.pages.map(({ topic }) => topic);
    return ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) =>
      this.each(type, (alarm, { AlarmActions = [] }) =>
        (AlarmActions as string[])
          .filter((topic) => !existing.includes(topic))
          .map((topic) => {
            const arn = this.account.values.arnOf(alarm);
            return this.fromService(
              `alarm ${arn.split(':').at(-1)} -> topic`,
              'cloudwatch',
              'sns:Publish',
              topic,
              arn,
              {
                'an alarm of another stage': this.source(arn.replace(/alarm:[a-z]+-[a-z]+/, 'alarm:other')),
                'another service': { principal: { kind: 'Service', id: 'events.amazonaws.com' } },
              },
            );
          }),
      ),
    );
  }

  cacheEvents(): Delivery[] {
    return this.each('AWS::ElastiCache::ReplicationGroup', ({ stack }, { NotificationTopicArn }) => {
      const own = this.account.values.at(stack, 'A');
      const context = { ...TLS, 'AWS:SourceOwner': own };
      return [
        {
          what: 'ElastiCache -> topic of events',
          request: {
            principal: { kind: 'Service', id: 'elasticache.amazonaws.com' },
            action: 'sns:Publish',
            resource: String(NotificationTopicArn),
            context,
          },
          twins: {
            'for another account': { context: { ...context, 'AWS:SourceOwner': STRANGER } },
            'no TLS': { context: { ...context, 'aws:SecureTransport': 'false' } },
          },
        },
      ];
    });
  }

  subscriptions(): Delivery[] {
    return this.each('AWS::SNS::Subscription', (_, { Protocol, Endpoint, TopicArn, RedrivePolicy }) => {
      if (Protocol !== 'lambda') return [];
      const topic = String(TopicArn);
      // First messages that fail are nobody's to repeat.
      if (RedrivePolicy === undefined)
        return [
          this.fromService('topic of alarms -> first message', 'sns', 'lambda:InvokeFunction', String(Endpoint), topic),
        ];
      const { deadLetterTargetArn } = RedrivePolicy as { deadLetterTargetArn: string };
      return [
        this.fromService('topic of events -> warm-up', 'sns', 'lambda:InvokeFunction', String(Endpoint), topic),
        this.fromService('topic of events -> dead letters', 'sns', 'sqs:SendMessage', deadLetterTargetArn, topic),
      ];
    });
  }

  schedules(): Delivery[] {
    return this.each('AWS::Scheduler::Schedule', (schedule, { Target }) => {
      const { Arn, RoleArn, DeadLetterConfig } = Target as {
        Arn: string;
        RoleArn: string;
        DeadLetterConfig: { Arn: string };
      };
      // Scheduler speaks for the group of a schedule (Scheduler guide, cross-service-confused-deputy-prevention).
      const group = this.account.values.at(schedule.stack, 'arn:aws:scheduler:R:A:schedule-group/default');
      return [
        this.fromService('schedule -> its role', 'scheduler', 'sts:AssumeRole', RoleArn, group, {
          'another service': { principal: { kind: 'Service', id: 'lambda.amazonaws.com' } },
        }),
        this.fromRole('schedule -> warm-up', RoleArn, 'lambda:InvokeFunction', Arn),
        this.fromRole('schedule -> dead letters', RoleArn, 'sqs:SendMessage', DeadLetterConfig.Arn),
      ];
    }); // prettier-ignore
  }

  rules(): Delivery[] {
    return this.each('AWS::Events::Rule', (rule, { Targets }) =>
      (Targets as { Arn: string; DeadLetterConfig: { Arn: string } }[]).flatMap(({ Arn, DeadLetterConfig }) => {
        const arn = this.account.values.arnOf(rule);
        return [
          this.fromService('rule -> warm-up', 'events', 'lambda:InvokeFunction', Arn, arn),
          this.fromService('rule -> dead letters', 'events', 'sqs:SendMessage', DeadLetterConfig.Arn, arn),
        ];
      }),
    );
  }

  failures(): Delivery[] {
    return this.each('AWS::Lambda::EventInvokeConfig', (_, { FunctionName, DestinationConfig }) => {
      if (DestinationConfig === undefined) return [];
      const { OnFailure } = DestinationConfig as { OnFailure: { Destination: string } };
      return [
        this.fromRole(
          'warm-up -> dead letters',
          this.roleOf(String(FunctionName)),
          'sqs:SendMessage',
          OnFailure.Destination,
        ),
      ];
    });
  }

  gateway(): Delivery[] {
    const [api] = this.account.values.all('AWS::ApiGateway::RestApi');
    if (api === undefined) return [];
    return deployedFunctions(this.stage.settings).flatMap((name) =>
      definitionOf(name).paths.map((path) => {
        const called = path.replace('{sessionId}', 'abc').replace('{proxy+}', 'a/b');
        const alias = this.at(`arn:aws:lambda:R:A:function:`) + `${this.groupId}-${name}:live`;
        const from = `${this.account.apiArn(api)}/live/POST${called}`;
        return this.fromService(`API ${path} -> ${name}`, 'apigateway', 'lambda:InvokeFunction', alias, from, {
          'another API': this.source(from.replace(/:[a-z0-9]+\/live/, ':other/live')),
        });
      }),
    );
  }

  logs(): Delivery[] {
    const cacheLogs = this.each('AWS::ElastiCache::ReplicationGroup', ({ stack }, { LogDeliveryConfigurations }) =>
      (LogDeliveryConfigurations as { DestinationDetails: { CloudWatchLogsDetails: { LogGroup: string } } }[]).flatMap(
        ({ DestinationDetails: { CloudWatchLogsDetails: { LogGroup } } }) =>
          ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => {
            const own = { 'aws:SourceAccount': this.account.values.at(stack, 'A') };
            const group = `${this.account.values.at(stack, 'arn:aws:logs:R:A:log-group:')}${LogGroup}:log-stream:s`;
            return this.fromService(`ElastiCache -> ${LogGroup}`, 'delivery.logs', action, group, '', {
              'for another account': { context: { 'aws:SourceAccount': STRANGER } },
              'another group': { resource: group.replace('elasticache', 'other') },
            }, own);
          }),
      ),
    ); // prettier-ignore
    const functions = this.functions().flatMap(({ name, role }) =>
      ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) =>
        this.fromRole(
          `${name} -> its log`,
          role,
          action,
          this.at(`arn:aws:logs:R:A:log-group:/aws/lambda/`) + `${name}:log-stream:s`,
        ),
      ),
    );
    const gateway = this.each('AWS::ApiGateway::Account', (_, { CloudWatchRoleArn }) => [
      this.fromService(
        'API Gateway -> its role for logs',
        'apigateway',
        'sts:AssumeRole',
        String(CloudWatchRoleArn),
        '',
        {
          'another service': { principal: { kind: 'Service', id: 'lambda.amazonaws.com' } },
        },
      ),
      this.fromRole(
        'API Gateway -> its logs',
        String(CloudWatchRoleArn),
        'logs:PutLogEvents',
        this.at('arn:aws:logs:R:A:log-group:x:log-stream:s'),
      ),
    ]);
    return [...cacheLogs, ...functions, ...gateway];
  }

  /** From the functions' logs to the audit log, and who reads it. */
  audit(): Delivery[] {
    const { values } = this.account;
    const group = this.at('arn:aws:logs:R:A:log-group:') + `/carfin/${this.groupId}/audit`;
    const writer = this.functions().find(({ name }) => name.endsWith('-audit-writer'));
    const operator = this.at(`arn:aws:iam::A:role/${this.groupId}-operator`);
    const [key] = values
      .all('AWS::KMS::Key')
      .filter(({ Properties }) => String(Properties.Description).startsWith('Audit'));
    const context = (arn: string): Context => ({ ...TLS, 'kms:EncryptionContext:aws:logs:arn': arn });
    const { readerArns } = this.stage.settings.audit;
    const reader =
      readerArns.length === 0 ? undefined : values.output(this.stage.cache.stackName, 'AuditReaderRoleArn');
    return [
      ...this.each('AWS::Logs::SubscriptionFilter', (_, { LogGroupName, DestinationArn }) => {
        const source = `${this.at('arn:aws:logs:R:A:log-group:')}${String(LogGroupName)}:*`;
        return [
          this.fromService(
            `${String(LogGroupName)} -> audit writer`,
            'logs',
            'lambda:InvokeFunction',
            String(DestinationArn),
            source,
          ),
        ];
      }),
      ...['audit', 'forgotten'].map((stream) =>
        this.fromRole(
          'audit writer -> audit log',
          writer?.role ?? '',
          'logs:PutLogEvents',
          `${group}:log-stream:${stream}`,
          {
            'another stream': { resource: `${group}:log-stream:other` },
            'to read it': { action: 'logs:GetLogEvents' },
            'the function that is audited': {
              principal: { kind: 'AWS', id: this.roleOf(`${this.groupId}-conversation`) },
            },
          },
        ),
      ),
      this.fromRole('operator -> who was forgotten', operator, 'logs:GetLogEvents', `${group}:log-stream:forgotten`, {
        'who asked for what': { resource: `${group}:log-stream:audit` },
        'all streams at once': { action: 'logs:FilterLogEvents', resource: `${group}:log-stream:` },
        'its key': { action: 'kms:Decrypt', resource: key === undefined ? '' : values.arnOf(key) },
        'its secret': {
          action: 'secretsmanager:GetSecretValue',
          resource: this.at('arn:aws:secretsmanager:R:A:secret:PeopleKey'),
        },
      }),
      {
        what: 'CloudWatch Logs -> key of the audit log',
        request: {
          principal: { kind: 'Service', id: `logs.${this.stage.settings.region}.amazonaws.com` },
          action: 'kms:Decrypt',
          resource: key === undefined ? '' : values.arnOf(key),
          context: context(group),
        },
        twins: { 'for another log': { context: context(group.replace('audit', 'api-access')) } },
      },
      ...readerArns.map((id): Delivery => ({
        what: `${id} -> the role of audit readers`,
        request: { principal: { kind: 'AWS', id }, action: 'sts:AssumeRole', resource: reader ?? '', context: {} },
        twins: {
          'another role': { principal: { kind: 'AWS', id: this.at('arn:aws:iam::A:role/other') } },
          'the operator': { principal: { kind: 'AWS', id: operator } },
        },
      })),
      ...(reader === undefined ? [] : ['audit', '']).map((stream) =>
        this.fromRole('reader -> audit log', reader ?? '', 'logs:FilterLogEvents', `${group}:log-stream:${stream}`, {
          'to remove it': { action: 'logs:DeleteLogStream' },
          'another log': { resource: group.replace('audit', 'api-access') },
        }),
      ),
    ];
  }

  stores(): Delivery[] {
    const { database } = this.stage.settings;
    const [endpoint] = this.account.values
      .all('AWS::EC2::VPCEndpoint')
      .filter(({ Properties }) => JSON.stringify(Properties.ServiceName).includes('secretsmanager'));
    return this.functions().flatMap(({ name, role }) => {
      const own = FUNCTION_NAMES.find((each) => name === `${this.groupId}-${each}`);
      // The heartbeat asks the API, and no store.
      if (own === undefined) return this.running(name, role);
      const definition = definitionOf(own);
      const user = `${this.groupId}-${definition.valkeyUser}`;
      const sign = (resource: string) =>
        this.fromRole(
          `${name} -> Valkey`,
          role,
          'elasticache:Connect',
          this.at(`arn:aws:elasticache:R:A:`) + resource,
          {
            'as another user': { resource: this.at('arn:aws:elasticache:R:A:user:other') },
          },
        );
      const login = this.at('arn:aws:rds-db:R:A:dbuser:') + `${database.resourceId}/${database.user}`;
      const sql =
        database.secretArn === undefined
          ? this.fromRole(`${name} -> PostgreSQL`, role, 'rds-db:connect', login, {
              'as the owner': { resource: login.replace(/[^/]+$/, 'postgres') },
            })
          : {
              ...this.fromRole(`${name} -> its password`, role, 'secretsmanager:GetSecretValue', database.secretArn, {
                'another secret': { resource: database.secretArn.replace(/secret:.*/, 'secret:other') },
              }),
              ...(endpoint === undefined ? {} : { through: this.account.values.refOf(endpoint) }),
            };
      return [
        ...this.running(name, role),
        ...['xray:PutTraceSegments', 'xray:PutTelemetryRecords'].map((action) =>
          this.fromRole(`${name} -> X-Ray`, role, action, '*'),
        ),
        sign(`replicationgroup:${this.groupId}`),
        sign(`user:${user}`),
        ...(definition.database ? [sql] : []),
      ];
    });
  }

  budgets(): Delivery[] {
    return this.each('AWS::Budgets::Budget', ({ stack }, { Budget, NotificationsWithSubscribers }) => {
      const { BudgetName } = Budget as { BudgetName: string };
      const arn = `arn:aws:budgets::${this.account.values.at(stack, 'A')}:budget/${BudgetName}`;
      return (NotificationsWithSubscribers as { Subscribers: { Address: string }[] }[]).flatMap(({ Subscribers }) =>
        Subscribers.map(({ Address }) =>
          this.fromService('budget -> topic', 'budgets', 'sns:Publish', Address, arn, {
            'another budget': this.source(arn.replace(/[^/]+$/, 'other')),
          }),
        ),
      );
    });
  }

  /** What the first message of an alarm is made of, and where it goes. It may run the doctor, and pull no lever. */
  firstMessages(): Delivery[] {
    const name = `${this.groupId}-first-message`;
    const role = this.roleOf(name);
    const doctor = this.at('arn:aws:lambda:R:A:function:') + `${this.groupId}-doctor`;
    const { chat } = this.stage.settings;
    const reads = [
      'cloudwatch:DescribeAlarms',
      'cloudwatch:GetMetricData',
      'elasticache:DescribeCacheClusters',
      'elasticache:DescribeEvents',
      'elasticache:DescribeReplicationGroups',
    ];
    const topics = this.each('AWS::CloudWatch::CompositeAlarm', (_, { AlarmActions = [] }) => AlarmActions as string[]);
    const own = new Set(topics.filter((arn) => !this.stage.settings.pages.some(({ topic }) => topic === arn)));
    return [
      ...reads.map((action) => this.fromRole(`${name} reads`, role, action, '*')),
      this.fromRole(`${name} -> doctor`, role, 'lambda:InvokeFunction', doctor, {
        'the levers': { resource: doctor.replace(/doctor$/, 'operations') },
      }),
      ...[...own].map((topic) =>
        this.fromRole(`${name} -> topic`, role, 'sns:Publish', topic, {
          'another topic': { resource: topic.replace(/[^:]+$/, 'other') },
          'no TLS': { context: { 'aws:SecureTransport': 'false' } },
        }),
      ),
      ...(chat === undefined
        ? []
        : [
            this.fromRole(`${name} -> chat`, role, 'secretsmanager:GetSecretValue', chat.webhook, {
              'another secret': { resource: chat.webhook.replace(/secret:.*/, 'secret:other') },
            }),
          ]),
    ];
  }

  /** CodeDeploy shifts the traffic of these functions, and of no other. */
  canaries(): Delivery[] {
    return this.each('AWS::CodeDeploy::DeploymentGroup', (_, { DeploymentGroupName, ServiceRoleArn }) => {
      const role = String(ServiceRoleArn);
      const arn = (name: string) => `${this.at('arn:aws:lambda:R:A:function:')}${this.groupId}-${name}`;
      const own = arn(String(DeploymentGroupName));
      const shift = (action: string, of: string) =>
        this.fromRole(`CodeDeploy -> ${own}`, role, `lambda:${action}`, of, {
          'another function': { resource: arn('warm-up') },
          'the code': { action: 'lambda:UpdateFunctionCode' },
        });
      return [
        this.fromService('CodeDeploy -> its role', 'codedeploy', 'sts:AssumeRole', role, '', {
          'another service': { principal: { kind: 'Service', id: 'lambda.amazonaws.com' } },
        }),
        shift('GetAlias', own),
        shift('UpdateAlias', own),
        shift('GetProvisionedConcurrencyConfig', `${own}:7`),
        this.fromRole('CodeDeploy -> alarms', role, 'cloudwatch:DescribeAlarms', '*', {
          'to set one': { action: 'cloudwatch:SetAlarmState' },
        }),
      ];
    });
  }

  /** What every function needs: its role, and the VPC where it stands in it. */
  private running(name: string, role: string): Delivery[] {
    const code = { 'lambda:SourceFunctionArn': this.at('arn:aws:lambda:R:A:function:') + name };
    const [own] = this.account.values
      .all('AWS::Lambda::Function')
      .filter(({ Properties }) => Properties.FunctionName === name);
    const attachment = [
      'CreateNetworkInterface',
      'DescribeNetworkInterfaces',
      'DescribeSubnets',
      'DeleteNetworkInterface',
      'AssignPrivateIpAddresses',
      'UnassignPrivateIpAddresses',
    ];
    return [
      this.fromService(`Lambda -> the role of ${name}`, 'lambda', 'sts:AssumeRole', role, '', {
        'another service': { principal: { kind: 'Service', id: 'ec2.amazonaws.com' } },
      }),
      ...(own?.Properties.VpcConfig === undefined ? [] : attachment).map((action) =>
        this.fromRole(`Lambda -> the network of ${name}`, role, `ec2:${action}`, '*', {
          'the function itself': { context: code },
        }),
      ),
    ];
  }

  private get groupId(): string {
    return this.stage.settings.cache.replicationGroupId;
  }

  private functions(): { name: string; role: string }[] {
    return this.each('AWS::Lambda::Function', (_, { FunctionName, Role }) =>
      typeof FunctionName === 'string' && FunctionName.startsWith(this.groupId)
        ? [{ name: FunctionName, role: String(Role) }]
        : [],
    );
  }

  private roleOf(functionName: string): string {
    return this.functions().find(({ name }) => name === functionName)?.role ?? '';
  }

  /** Of a service that speaks for a resource of the account. */
  private fromService(
    what: string,
    service: string,
    action: string,
    resource: string,
    source: string,
    twins: Delivery['twins'] = {},
    context: Context = { ...TLS, 'aws:SourceArn': source, 'aws:SourceAccount': this.at('A') },
  ): Delivery {
    const stranger = source.replace(/:\d{12}:/, `:${STRANGER}:`);
    return {
      what,
      request: { principal: { kind: 'Service', id: `${service}.amazonaws.com` }, action, resource, context },
      twins: {
        ...(source === ''
          ? {}
          : {
              'of another account': {
                context: { ...context, 'aws:SourceArn': stranger, 'aws:SourceAccount': STRANGER },
              },
            }),
        ...(/^(sns|sqs):/.test(action)
          ? { 'no TLS': { context: { ...context, 'aws:SecureTransport': 'false' } } }
          : {}),
        ...twins,
      },
    };
  }

  private fromRole(
    what: string,
    role: string,
    action: string,
    resource: string,
    twins: Delivery['twins'] = {},
  ): Delivery {
    const other = role.replace(/role\/.*/, 'role/other');
    return {
      what: `${what} (${action})`,
      request: { principal: { kind: 'AWS', id: role }, action, resource, context: TLS },
      twins: {
        'another role': { principal: { kind: 'AWS', id: other } },
        ...(action.startsWith('sqs:') ? { 'no TLS': { context: { 'aws:SecureTransport': 'false' } } } : {}),
        ...twins,
      },
    };
  }

  private source(arn: string): Partial<AccessRequest> {
    return { context: { ...TLS, 'aws:SourceArn': arn, 'aws:SourceAccount': this.at('A') } };
  }

  /** @param make gets a resource's properties with every reference followed. */
  private each<T>(type: string, make: (resource: Placed, properties: Record<string, unknown>) => T[]): T[] {
    const { values } = this.account;
    return values.all(type).flatMap((resource) => {
      // A key's description or the like may hold what nothing here follows: only what is asked for is resolved.
      const properties = new Proxy(resource.Properties, {
        get: (target, key) => values.resolve(resource.stack, target[String(key)]),
      });
      return make(resource, properties);
    });
  }
}
