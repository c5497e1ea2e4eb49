import { AnyPrincipal, ArnPrincipal, Effect, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SCOPES, type Caller, type Scope } from '../../stages/api-settings';
import { principalsWith, SCOPE_PATHS } from './scopes';

const EVERYTHING = ['execute-api:/*'];

/**
 * Who may call what. Inside one account an Allow in the caller's own policy is enough (API Gateway guide,
 * authorization-flow), so naming the callers keeps nobody out: whoever is not named is denied, and so is each caller
 * what its scopes leave out.
 * @param vpcEndpointId of a private API, which denies who does not come through it.
 */
export function resourcePolicy(callers: readonly Caller[], vpcEndpointId?: string): PolicyDocument {
  const principals = callers.map(({ principal }) => principal);
  return new PolicyDocument({
    statements: [
      statement(Effect.ALLOW, EVERYTHING, principals),
      statement(Effect.DENY, EVERYTHING, [], notOneOf(principals)),
      ...SCOPES.flatMap((scope) => {
        const having = principalsWith(callers, scope);
        return having.length === callers.length
          ? []
          : [statement(Effect.DENY, resourcesOf(scope), [], notOneOf(having))];
      }),
      ...(vpcEndpointId === undefined
        ? []
        : [statement(Effect.DENY, EVERYTHING, [], { StringNotEquals: { 'aws:SourceVpce': vpcEndpointId } })]),
    ],
  });
}

const resourcesOf = (scope: Scope) => SCOPE_PATHS[scope].map((path) => `execute-api:/*/${path}`);

/** A session of a role has the role's ARN here. Nobody is meant where no principal has the scope. */
function notOneOf(principals: readonly string[]): Record<string, Record<string, string[]>> | undefined {
  return principals.length === 0 ? undefined : { ArnNotEquals: { 'aws:PrincipalArn': [...principals] } };
}

/** @param principals everybody if there are none */
function statement(
  effect: Effect,
  resources: string[],
  principals: readonly string[],
  conditions?: Record<string, Record<string, unknown>>,
): PolicyStatement {
  return new PolicyStatement({
    effect,
    principals: principals.length === 0 ? [new AnyPrincipal()] : principals.map((arn) => new ArnPrincipal(arn)),
    actions: ['execute-api:Invoke'],
    resources,
    ...(conditions === undefined ? {} : { conditions }),
  });
}
