import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  AccessLogField,
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
  SecurityPolicy,
  type CfnRestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { IInterfaceVpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { BINARY_MEDIA_TYPES } from '../../../lambda/contract/images';
import type { Caller } from '../../stages/api-settings';
import type { StageSettings } from '../../stages/settings';
import { acknowledge } from '../rules/acknowledge';
import { ApiDomain } from './api-domain';
import { ProblemResponses } from './problem-responses';
import { resourcePolicy } from './resource-policy';

/** The handler gives itself 1.6 s and the function 4 s: the gateway is the last to lose patience. */
const INTEGRATION_TIMEOUT = Duration.seconds(10);
const STAGE = 'live';
/** Of AWS. */
const LOG_POLICY = 'AmazonAPIGatewayPushToCloudWatchLogs';
const THROTTLE = { rate: 500, burst: 1_000 };

interface ServiceApiProps {
  settings: StageSettings;
  /** Who may call it; everybody else is denied. */
  callers: readonly Caller[];
  /**
   * What answers each path; the most specific path wins (apigateway guide, api-gateway-method-settings-method-request).
   */
  handlers: ReadonlyMap<string, IFunction>;
  /** With `private` exposure. */
  vpcEndpoint?: IInterfaceVpcEndpoint;
}

/**
 * The REST API: every method wants IAM, and the resource policy names who may call; a private one is reached through
 * its endpoint only.
 */
export class ServiceApi extends Construct {
  readonly api: RestApi;
  /** Where callers reach it. */
  readonly url: string;
  /** By the id that API Gateway gave it, whatever stands in anybody's DNS. */
  readonly ownUrl: string;
  readonly domain: ApiDomain | undefined;

  constructor(scope: Construct, id: string, { settings, callers, handlers, vpcEndpoint }: ServiceApiProps) {
    super(scope, id);
    const { replicationGroupId } = settings.cache;
    const accessLog = new LogGroup(this, 'AccessLog', {
      logGroupName: `/carfin/${replicationGroupId}/api-access`,
      retention: settings.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.api = new RestApi(this, 'Api', {
      restApiName: replicationGroupId,
      description: 'CarFin: docs/api.md',
      endpointConfiguration:
        vpcEndpoint === undefined
          ? { types: [EndpointType.REGIONAL] }
          : { types: [EndpointType.PRIVATE], vpcEndpoints: [vpcEndpoint] },
      policy: resourcePolicy(callers, vpcEndpoint?.vpcEndpointId),
      // Where there are photos; without them everything is text.
      ...(settings.images === undefined ? {} : { binaryMediaTypes: [...BINARY_MEDIA_TYPES] }),
      // One for all APIs of the account and Region, and overwritten: not taken over where the settings say that it
      // exists.
      cloudWatchRole: settings.api.logRole === 'make',
      ...(settings.api.logRole === 'make'
        ? { cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE }
        : {}),
      defaultMethodOptions: { authorizationType: AuthorizationType.IAM },
      deployOptions: {
        stageName: STAGE,
        // A segment of API Gateway holds the whole URL: ids, and what people typed. The functions' own segments hold
        // none.
        tracingEnabled: false,
        metricsEnabled: true,
        // The execution log names whole paths and resources, refusals included.
        loggingLevel: MethodLoggingLevel.OFF,
        dataTraceEnabled: false,
        throttlingRateLimit: THROTTLE.rate,
        throttlingBurstLimit: THROTTLE.burst,
        accessLogDestination: new LogGroupLogDestination(accessLog),
        accessLogFormat: accessLogFormat(),
      },
    });
    for (const [path, handler] of handlers) {
      const integration = new LambdaIntegration(handler, { timeout: INTEGRATION_TIMEOUT, allowTestInvoke: false });
      this.api.root.resourceForPath(path).addMethod('ANY', integration);
    }
    new ProblemResponses(this, 'Problems', this.api);
    this.modernTls();
    this.acknowledgeRules(vpcEndpoint !== undefined);
    const host = vpcEndpoint === undefined ? this.api.restApiId : `${this.api.restApiId}-${vpcEndpoint.vpcEndpointId}`;
    this.ownUrl = `https://${host}.execute-api.${Aws.REGION}.amazonaws.com/${STAGE}`;
    const { domain } = settings.api;
    if (domain !== undefined)
      this.domain = new ApiDomain(this, 'Domain', { domain, api: this.api, ...(vpcEndpoint ? { vpcEndpoint } : {}) });
    this.url = this.domain?.url ?? this.ownUrl;
  }

  /** A regional API takes TLS 1.0 unless it is told (API Gateway guide, apigateway-security-policies). */
  private modernTls(): void {
    const api = this.api.node.defaultChild as CfnRestApi;
    api.securityPolicy = SecurityPolicy.TLS13_1_2_PQ_2025_09;
    // Wanted beside such a policy; the strict mode would refuse the names of the VPC endpoint.
    api.endpointAccessMode = 'BASIC';
  }

  private acknowledgeRules(isPrivate: boolean): void {
    const noExecutionLogs =
      'Execution logs name whole paths: ids of people and sessions. The access log has a line for every request ' +
      'instead.';
    acknowledge(this, {
      'AwsSolutions-APIG2':
        'The function is the only validator: it names every wrong parameter in one answer, which a model of API ' +
        'Gateway cannot.',
      'AwsSolutions-APIG6': noExecutionLogs,
      'NIST.800.53.R5-APIGWExecutionLoggingEnabled': noExecutionLogs,
      'AwsSolutions-COG4': 'Callers are programs with IAM roles; every method demands AWS_IAM.',
      [`AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/${LOG_POLICY}]`]:
        'The policy that AWS made for exactly this role of the account; API Gateway checks for its permissions.',
    });
    if (isPrivate)
      acknowledge(this, {
        'AwsSolutions-APIG3':
          'Reached through the VPC endpoint only, by named principals; a regional API has WAF in front.',
      });
  }
}

/**
 * Who, when, what status and how long. No path as it was asked, no query and no body: they hold ids, and what a person
 * wants. `error` is a type; its message would quote the request.
 */
function accessLogFormat(): AccessLogFormat {
  return AccessLogFormat.custom(
    JSON.stringify({
      requestId: AccessLogField.contextRequestId(),
      time: AccessLogField.contextRequestTimeEpoch(),
      caller: AccessLogField.contextIdentityUserArn(),
      method: AccessLogField.contextHttpMethod(),
      resource: AccessLogField.contextResourcePath(),
      status: AccessLogField.contextStatus(),
      latencyMs: AccessLogField.contextResponseLatency(),
      integrationMs: AccessLogField.contextIntegrationLatency(),
      error: AccessLogField.contextErrorResponseType(),
    }),
  );
}
