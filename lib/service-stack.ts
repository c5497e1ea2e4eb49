import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import {
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  Port,
  SecurityGroup,
  type IInterfaceVpcEndpoint,
  type ISecurityGroup,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Topic, type ITopic } from 'aws-cdk-lib/aws-sns';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { definitionOf, WATCHER_NAMES, type FunctionName } from '../lambda/contract/functions';
import { AuditWriter } from './constructs/functions/audit-writer';
import { ServiceApi } from './constructs/api/service-api';
import { WebHostRole } from './constructs/api/web-host-role';
import { WebProtection } from './constructs/api/web-protection';
import type { CacheStack } from './cache-stack';
import type { CodeSource } from './constructs/functions/code';
import { deployedFunctions } from './stages/deployed-functions';
import { FirstMessage } from './constructs/functions/first-message';
import { Heartbeat } from './constructs/functions/heartbeat';
import { Canary, CANARY_FUNCTIONS } from './constructs/functions/canary';
import { ServiceFunction } from './constructs/functions/service-function';
import { DatabaseAccess } from './constructs/network/database-access';
import { ImageAccess } from './constructs/network/image-access';
import { ServiceEndpoint } from './constructs/network/service-endpoint';
import { AlarmTopic, type AlarmTopicProps } from './constructs/observability/alarm-topic';
import type { Channel } from './constructs/observability/test-alarms';
import { alarmedStage } from './constructs/observability/alarmed-stage';
import { TAKES_BACK } from './constructs/observability/alarm-table/composites';
import { Alarms } from './constructs/observability/alarms';
import { AnalyticsQueries } from './constructs/observability/analytics/analytics-queries';
import { StageBudget } from './constructs/observability/stage-budget';
import { StageDashboard } from './constructs/observability/dashboard/stage-dashboard';
import { OperatorRole } from './constructs/api/operator-role';
import type { Caller } from './stages/api-settings';
import { noticeRecipients, type StageSettings } from './stages/settings';
import { WarmUpTriggers } from './constructs/functions/warm-up-triggers';

/** The functions and what calls them: no data, so it can be replaced at will. */
export class ServiceStack extends Stack {
  /** Those that the stage has. */
  readonly functions: ReadonlyMap<FunctionName, ServiceFunction>;
  readonly api: ServiceApi;
  readonly triggers: WarmUpTriggers;
  readonly alarmTopic: AlarmTopic;
  readonly noticeTopic: AlarmTopic;
  private readonly database: DatabaseAccess;

  constructor(
    scope: Construct,
    id: string,
    private readonly settings: StageSettings,
    private readonly stageName: string,
    private readonly cacheStack: CacheStack,
    private readonly code: CodeSource,
    props: StackProps,
  ) {
    super(scope, id, props);
    const { network } = cacheStack;
    this.database = new DatabaseAccess(this, 'DatabaseAccess', { settings, network });
    const made = new Map<FunctionName, ServiceFunction>();
    for (const name of deployedFunctions(settings)) made.set(name, this.serviceFunction(name, made));
    this.functions = made;
    this.triggers = new WarmUpTriggers(this, 'WarmUp', {
      live: this.made('warm-up').live,
      eventTopic: cacheStack.eventTopic,
      stacks: [this, cacheStack],
      everySeconds: settings.freshnessSeconds,
    });
    const heartbeat = new Heartbeat(this, 'Heartbeat', {
      settings,
      stageName,
      ...(settings.api.exposure === 'private' ? { network } : {}),
    });
    const endpoint = this.apiEndpoint(heartbeat);
    this.api = this.serviceApi(heartbeat, endpoint?.endpoint);
    heartbeat.watch(this.api, code, this.triggers.deadLetters, endpoint?.securityGroup);
    const { alarmEmails, pages } = settings;
    const otherPages = pages.flatMap(({ topic }, i) =>
      topic === undefined ? [] : [Topic.fromTopicArn(this, `PageTopic${i}`, topic)],
    );
    const woken = { channels: pages, others: otherPages };
    this.alarmTopic = this.topicOf('pages', 'CarFin: people feel it', alarmEmails, woken);
    this.noticeTopic = this.topicOf('notices', 'CarFin: for the morning', noticeRecipients(settings));
    this.watched(otherPages);
    new FirstMessage(this, 'FirstMessage', {
      settings,
      stageName,
      code,
      topics: [this.alarmTopic, this.noticeTopic],
    });
    this.operated();
    this.outputs();
  }

  /** @param made those before it in the table, one of which may lend its role. */
  private serviceFunction(name: FunctionName, made: ReadonlyMap<string, ServiceFunction>): ServiceFunction {
    const { cache, network } = this.cacheStack;
    const { option, roleOf } = definitionOf(name);
    const images = option === 'images' ? this.imageAccess() : undefined;
    const serviceFunction = new ServiceFunction(this, `${name}-function`, {
      name,
      stageName: this.stageName,
      settings: this.settings,
      vpc: network.vpc,
      subnets: images?.subnets ?? network.subnets,
      securityGroups: [
        images?.securityGroup ?? cache.clients,
        ...(definitionOf(name).database ? [this.database.clients] : []),
      ],
      ...(images === undefined ? {} : { environment: images.environment }),
      users: cache.users,
      valkeyEndpoint: cache.endpoint,
      code: this.code,
      roleOf: made.get(roleOf ?? ''),
      audit: this.cacheStack.audit,
    });
    if (definitionOf(name).database) {
      for (const [variable, value] of Object.entries(this.database.environment))
        serviceFunction.function.addEnvironment(variable, value);
      // Environments that are always warm start with the version, and must find the database.
      serviceFunction.function.currentVersion.node.addDependency(this.database);
    }
    return serviceFunction;
  }

  /** What operators, analysts and auditors work with. */
  private operated(): void {
    const { settings, code } = this;
    new AnalyticsQueries(
      this,
      'Analytics',
      settings.cache.replicationGroupId,
      (name) => this.made(name).function.logGroup.logGroupName,
    );
    new AuditWriter(this, 'AuditWriter', {
      settings,
      audit: this.cacheStack.audit,
      code,
      sources: this.logsOfPeople(),
      deadLetters: this.triggers.deadLetters,
    });
    new OperatorRole(this, 'Operator', {
      replicationGroupId: settings.cache.replicationGroupId,
      functions: [...deployedFunctions(settings), ...WATCHER_NAMES],
      topics: [this.alarmTopic, this.noticeTopic],
      deadLetters: this.triggers.deadLetters,
    });
  }

  /** What is looked at, what tells of it, and what takes a deploy back by it. */
  private watched(otherPages: readonly ITopic[]): void {
    const { settings, alarmTopic: pages, noticeTopic: notices } = this;
    const { budgetTag: key } = settings;
    const groupId = settings.cache.replicationGroupId;
    const stage = alarmedStage(this.stageName, settings, this.triggers.deadLetters.queueName);
    new StageDashboard(this, 'Dashboard', { stage, databaseInstance: settings.database.instanceIdentifier });
    const alarms = new Alarms(this, 'Alarms', { stage, pages, otherPages, notices });
    if (settings.canary)
      new Canary(this, 'Canary', {
        groupId,
        aliases: new Map(CANARY_FUNCTIONS.map((name) => [name, this.made(name).live])),
        alarms: TAKES_BACK.map((id) => alarms.alarm(id)),
      });
    if (key !== undefined)
      new StageBudget(this, 'Budget', {
        name: groupId,
        usd: settings.monthlyBudgetUsd,
        tag: { key, value: settings.tags[key] ?? '' },
        pages,
        notices,
      });
  }

  private logsOfPeople(): Map<FunctionName, ILogGroup> {
    const touching = [...this.functions].filter(([name]) => definitionOf(name).people);
    return new Map(touching.map(([name, made]) => [name, made.function.logGroup]));
  }

  private imageAccess(): ImageAccess | undefined {
    const { images, network } = this.settings;
    if (images === undefined) return undefined;
    return new ImageAccess(this, 'ImageAccess', {
      images,
      availabilityZones: network.availabilityZones,
      network: this.cacheStack.network,
      cache: this.cacheStack.cache,
    });
  }

  private made(name: FunctionName): ServiceFunction {
    const found = this.functions.get(name);
    if (found === undefined) throw new Error(`This stage has no function ${name}.`);
    return found;
  }

  private serviceApi({ role }: Heartbeat, vpcEndpoint: IInterfaceVpcEndpoint | undefined): ServiceApi {
    const { settings } = this;
    const { api } = settings;
    const watching: Caller = { principal: role.roleArn, scopes: ['search'] };
    const handlers = new Map(
      [...this.functions].flatMap(([name, { live }]) => definitionOf(name).paths.map((path) => [path, live] as const)),
    );
    if (api.exposure === 'private')
      return new ServiceApi(this, 'Api', {
        settings,
        handlers,
        callers: [...api.callers, watching],
        ...(vpcEndpoint ? { vpcEndpoint } : {}),
      });
    const callers = [...api.callers, ...this.webHost(api.oidc), watching];
    const serviceApi = new ServiceApi(this, 'Api', { settings, handlers, callers });
    new WebProtection(this, 'WebProtection', serviceApi.api, settings);
    return serviceApi;
  }

  private webHost(oidc: Extract<StageSettings['api'], { exposure: 'regional' }>['oidc']): Caller[] {
    if (oidc === undefined) return [];
    const { roleArn } = new WebHostRole(this, 'WebHost', oidc).role;
    new CfnOutput(this, 'WebHostRoleArn', {
      value: roleArn,
      description: 'Taken on by the web host with its OIDC token',
    });
    return [{ principal: roleArn, scopes: oidc.scopes }];
  }

  /** The endpoint of a private API, and its security group if that is known. */
  private apiEndpoint({
    role,
    securityGroup,
  }: Heartbeat): { endpoint: IInterfaceVpcEndpoint; securityGroup?: ISecurityGroup } | undefined {
    const { api } = this.settings;
    if (api.exposure !== 'private') return undefined;
    const { vpcEndpointId, vpcEndpointSecurityGroupId, callerSecurityGroupIds, privateDns } = api;
    const callers = [
      ...callerSecurityGroupIds.map((id, i) =>
        SecurityGroup.fromSecurityGroupId(this, `ApiCaller${i}`, id, { mutable: false }),
      ),
      ...(securityGroup === undefined ? [] : [securityGroup]),
    ];
    if (vpcEndpointId !== undefined) {
      const attributes = { vpcEndpointId, port: 443 };
      const endpoint = InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(this, 'ApiEndpoint', attributes);
      if (vpcEndpointSecurityGroupId === undefined) return { endpoint };
      const group = SecurityGroup.fromSecurityGroupId(this, 'ApiEndpointGroup', vpcEndpointSecurityGroupId);
      for (const caller of callers) group.addIngressRule(caller, Port.HTTPS, 'HTTPS');
      return { endpoint, securityGroup: group };
    }
    const { network } = this.cacheStack;
    const service = InterfaceVpcEndpointAwsService.APIGATEWAY;
    const made = new ServiceEndpoint(this, 'ApiEndpoint', { network, service, callers, privateDns });
    // The API's policy names the endpoint, so the endpoint's can't name the API: it names the callers, and this
    // account's APIs.
    made.endpoint.addToPolicy(
      new PolicyStatement({
        principals: [new AnyPrincipal()],
        actions: ['execute-api:Invoke'],
        resources: [this.formatArn({ service: 'execute-api', resource: '*' })],
        conditions: {
          ArnEquals: { 'aws:PrincipalArn': [...api.callers.map(({ principal }) => principal), role.roleArn] },
        },
      }),
    );
    return made;
  }

  private topicOf(
    channel: Channel,
    displayName: string,
    emails: readonly string[],
    woken: Pick<AlarmTopicProps, 'channels' | 'others'> = {},
  ): AlarmTopic {
    const { replicationGroupId } = this.settings.cache;
    const id = channel === 'pages' ? 'AlarmTopic' : 'NoticeTopic';
    return new AlarmTopic(this, id, { channel, displayName, emails, ...woken, replicationGroupId });
  }

  private outputs(): void {
    const output = (id: string, value: string, description?: string) => new CfnOutput(this, id, { value, description });
    output('ApiUrl', this.api.url, 'Sign requests with SigV4, service execute-api');
    // Outlives the API's id: callers read it here, and find a stage that was made anew.
    const { parameterName } = new StringParameter(this, 'ApiUrlParameter', {
      parameterName: `/carfin/${this.settings.cache.replicationGroupId}/api-url`,
      description: 'Where callers reach the API',
      stringValue: this.api.url,
    });
    output('ApiUrlParameterName', parameterName, 'Holds ApiUrl under a name that stays');
    const { domain } = this.api;
    if (domain?.target !== undefined)
      output('ApiDomainTarget', domain.target, `What the record of ${domain.url} in DNS must lead to`);
    output('ApiId', this.api.api.restApiId);
    for (const [name, made] of this.functions) output(`${pascalCase(name)}FunctionName`, made.function.functionName);
    output('AlarmTopicArn', this.alarmTopic.topicArn);
    output('NoticeTopicArn', this.noticeTopic.topicArn);
    output('WarmUpDeadLetters', this.triggers.deadLetters.queueUrl);
  }
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
