import { Aws, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  AccessLogField,
  AccessLogFormat,
  AuthorizationType,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import type { IInterfaceVpcEndpoint } from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, ArnPrincipal, Effect, PolicyDocument, PolicyStatement, type IRole } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { BINARY_MEDIA_TYPES } from '../../../lambda/contract/images';
import type { StageSettings } from '../../stages/settings';
import { ProblemResponses } from './problem-responses';

/** The handler gives itself 1.6 s and the function 4 s: the gateway is the last to lose patience. */
const INTEGRATION_TIMEOUT = Duration.seconds(10);
const THROTTLE = { rate: 500, burst: 1_000 };

export interface ServiceApiProps {
  settings: StageSettings;
  /** What answers each path; the most specific path wins (apigateway guide, api-gateway-method-settings-method-request). */
  handlers: ReadonlyMap<string, IFunction>;
  /** With `private` exposure. */
  vpcEndpoint?: IInterfaceVpcEndpoint;
  /** Who may call beside the callers of the settings. */
  watcher: IRole;
}

/** The REST API: every method wants IAM, and the resource policy names who may call; a private one is reached through its endpoint only. */
export class ServiceApi extends Construct {
  readonly api: RestApi;
  /** Where callers reach it. */
  readonly url: string;

  constructor(scope: Construct, id: string, { settings, handlers, vpcEndpoint, watcher }: ServiceApiProps) {
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
      policy: resourcePolicy([...settings.api.callers, watcher.roleArn], vpcEndpoint),
      // Where there are photos; without them everything is text.
      ...(settings.images === undefined ? {} : { binaryMediaTypes: [...BINARY_MEDIA_TYPES] }),
      cloudWatchRole: true,
      cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN,
      defaultMethodOptions: { authorizationType: AuthorizationType.IAM },
      deployOptions: {
        stageName: 'live',
        // A segment of API Gateway holds the whole URL: ids, and what people typed. The functions' own segments hold none.
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
    this.acknowledge(vpcEndpoint !== undefined);
    const host = vpcEndpoint === undefined ? this.api.restApiId : `${this.api.restApiId}-${vpcEndpoint.vpcEndpointId}`;
    this.url = `https://${host}.execute-api.${Aws.REGION}.amazonaws.com/live`;
  }

  private acknowledge(isPrivate: boolean): void {
    const validations = Validations.of(this);
    validations.acknowledge({
      id: 'AwsSolutions-APIG2',
      reason:
        'The function is the only validator: it names every wrong parameter in one answer, which a model of API Gateway cannot.',
    });
    for (const id of ['AwsSolutions-APIG6', 'NIST.800.53.R5-APIGWExecutionLoggingEnabled'])
      validations.acknowledge({
        id,
        reason:
          'Execution logs name whole paths: ids of people and sessions. The access log has a line for every request instead.',
      });
    validations.acknowledge({
      id: 'AwsSolutions-COG4',
      reason: 'Callers are programs with IAM roles; every method demands AWS_IAM.',
    });
    validations.acknowledge({
      id: 'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]',
      reason: 'The policy that AWS made for exactly this role of the account; API Gateway checks for its permissions.',
    });
    if (isPrivate)
      validations.acknowledge({
        id: 'AwsSolutions-APIG3',
        reason: 'Reached through the VPC endpoint only, by named principals; a regional API has WAF in front.',
      });
  }
}

/**
 * Who, when, what status and how long. No path as it was asked, no query and no body: they hold ids, and what a person wants.
 * `error` is a type; its message would quote the request.
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

/**
 * Allows the named principals only: with IAM, an Allow for everybody in this policy would admit any principal of the account
 * (apigateway guide, authorization-flow). A private API also denies whoever does not come through its endpoint.
 */
function resourcePolicy(callers: readonly string[], vpcEndpoint: IInterfaceVpcEndpoint | undefined): PolicyDocument {
  const resources = ['execute-api:/*'];
  const actions = ['execute-api:Invoke'];
  const statements = [
    new PolicyStatement({ principals: callers.map((arn) => new ArnPrincipal(arn)), actions, resources }),
  ];
  if (vpcEndpoint !== undefined) {
    statements.push(
      new PolicyStatement({
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions,
        resources,
        conditions: { StringNotEquals: { 'aws:SourceVpce': vpcEndpoint.vpcEndpointId } },
      }),
    );
  }
  return new PolicyDocument({ statements });
}
