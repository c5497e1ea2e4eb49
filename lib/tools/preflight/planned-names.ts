import type { StageSettings } from '../../stages/settings';
import type { PlannedResource } from './planned-resources';

/** A name that a deploy wants, as Cloud Control identifies it. */
export interface PlannedName {
  type: string;
  identifier: string;
}

type Identify = (properties: PlannedResource['properties'], settings: StageSettings) => unknown;

/** The types whose names the stacks choose; a test holds this against the templates and AWS's resource schemas. */
export const NAMED: Readonly<Record<string, Identify>> = {
  'AWS::ApiGateway::DomainName': ({ DomainName }) => DomainName,
  'AWS::CloudWatch::Alarm': ({ AlarmName }) => AlarmName,
  'AWS::CloudWatch::CompositeAlarm': ({ AlarmName }) => AlarmName,
  'AWS::CloudWatch::Dashboard': ({ DashboardName }) => DashboardName,
  'AWS::CodeDeploy::Application': ({ ApplicationName }) => ApplicationName,
  'AWS::ElastiCache::ReplicationGroup': ({ ReplicationGroupId }) => ReplicationGroupId,
  'AWS::ElastiCache::User': ({ UserId }) => UserId,
  'AWS::ElastiCache::UserGroup': ({ UserGroupId }) => UserGroupId,
  // One for an issuer in an account.
  'AWS::IAM::OIDCProvider': ({ Url }, { account }) =>
    `arn:aws:iam::${account}:oidc-provider/${String(Url).replace('https://', '')}`,
  'AWS::IAM::Role': ({ RoleName }) => RoleName,
  'AWS::Lambda::Function': ({ FunctionName }) => FunctionName,
  'AWS::Logs::LogGroup': ({ LogGroupName }) => LogGroupName,
  'AWS::Logs::ResourcePolicy': ({ PolicyName }) => PolicyName,
  'AWS::SSM::Parameter': ({ Name }) => Name,
};

/** @returns the names that the stacks choose themselves; CloudFormation makes up all others. */
export function plannedNames(resources: readonly PlannedResource[], settings: StageSettings): PlannedName[] {
  return resources.flatMap(({ type, properties }) => {
    const identifier = NAMED[type]?.(properties, settings);
    return typeof identifier === 'string' ? [{ type, identifier }] : [];
  });
}
