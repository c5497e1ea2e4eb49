import { Lazy } from 'aws-cdk-lib';
import { CfnGatewayResponse, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';

/**
 * API Gateway's own errors that a client may meet, in the form of ours (RFC 9457). Types: apigateway guide,
 * supported-gateway-response-types.
 */
const RESPONSES = {
  ACCESS_DENIED: [403, 'The signature is valid, but this principal may not call this API.'],
  EXPIRED_TOKEN: [403, 'The credentials have expired.'],
  INVALID_SIGNATURE: [403, 'The request is not signed, or its signature does not match (SigV4, service execute-api).'],
  MISSING_AUTHENTICATION_TOKEN: [403, 'The request is not signed, or there is nothing under this path.'],
  BAD_REQUEST_BODY: [400, 'The body cannot be read.'],
  REQUEST_TOO_LARGE: [413, 'A request may have 10 MB.'],
  THROTTLED: [429, 'Too many requests at once; ask again in a second.'],
  QUOTA_EXCEEDED: [429, 'The quota is spent.'],
  INTEGRATION_TIMEOUT: [504, 'The function did not answer in time.'],
  INTEGRATION_FAILURE: [502, 'The function could not be called.'],
  DEFAULT_4XX: [undefined, 'The request was refused by the gateway.'],
  DEFAULT_5XX: [undefined, 'The gateway failed; the request can be repeated.'],
} as const;

/**
 * Where AWS's own words tell more than ours: which clock is off, which policy refused. They hold what the caller sent.
 */
const WITH_REASON: ReadonlySet<string> = new Set(['ACCESS_DENIED', 'EXPIRED_TOKEN', 'INVALID_SIGNATURE']);
/** Brings its own quotes and escapes (apigateway guide, api-gateway-mapping-template-reference). */
const REASON = '$context.error.messageString';

export class ProblemResponses extends Construct {
  constructor(scope: Construct, id: string, api: RestApi) {
    super(scope, id);
    for (const [type, [status, detail]] of Object.entries(RESPONSES)) {
      const body = {
        type: 'about:blank',
        title: type.toLowerCase().replaceAll('_', ' '),
        ...(status === undefined ? {} : { status }),
        detail,
        ...(WITH_REASON.has(type) ? { reason: REASON } : {}),
      };
      const response = new CfnGatewayResponse(this, type, {
        restApiId: api.restApiId,
        responseType: type,
        ...(status === undefined ? {} : { statusCode: String(status) }),
        responseParameters: {
          'gatewayresponse.header.Content-Type': "'application/problem+json'",
          ...(status === 429 || (status ?? 0) >= 500 ? { 'gatewayresponse.header.Retry-After': "'1'" } : {}),
        },
        responseTemplates: { 'application/json': JSON.stringify(body).replace(`"${REASON}"`, REASON) },
      });
      // A gateway response is in force only for deployments made after it: a changed one wants another deployment.
      api.latestDeployment?.node.addDependency(response);
      const whole = () => [
        response.responseType,
        response.statusCode,
        response.responseTemplates,
        response.responseParameters,
      ];
      api.latestDeployment?.addToLogicalId(Lazy.any({ produce: whole }));
    }
  }
}
