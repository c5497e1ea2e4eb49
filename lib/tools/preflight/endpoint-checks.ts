import { DescribeVpcEndpointsCommand, EC2Client, type VpcEndpoint } from '@aws-sdk/client-ec2';
import type { StageSettings } from '../../stages/settings';
import { ok, problem, warning, type Finding } from './finding';
import { OwnResources } from './own-stacks';

/**
 * An execute-api endpoint that exists can be used; with private DNS it hides every public API of API Gateway from the
 * VPC.
 */
export async function checkApiEndpoint(settings: StageSettings): Promise<Finding | Finding[]> {
  const { api, network } = settings;
  if (api.exposure !== 'private') return [];
  const subject = 'execute-api endpoint';
  const endpoints = await endpointsOf(settings, 'execute-api');
  const ids = endpoints.map(({ VpcEndpointId }) => VpcEndpointId ?? '');
  if (api.vpcEndpointId === undefined) {
    if (ids.length > 0)
      return warning(
        subject,
        `${ids.join(', ')} exists`,
        'Set api.vpcEndpointId to use it; a second one costs as much again.',
      );
    if (!api.privateDns) return ok(subject, 'one is made');
    const means = 'Public APIs of API Gateway can no longer be called from this VPC.';
    return warning(subject, 'one is made, with private DNS', means);
  }
  const endpoint = endpoints.find(({ VpcEndpointId }) => VpcEndpointId === api.vpcEndpointId);
  if (endpoint === undefined) {
    const advice = ids.length > 0 ? `Name one of ${ids.join(', ')}.` : 'Remove api.vpcEndpointId; one is made.';
    return problem(subject, `${api.vpcEndpointId} is not in ${network.vpcId}`, advice);
  }
  const group = api.vpcEndpointSecurityGroupId;
  return group === undefined || groupsOf([endpoint]).includes(group)
    ? ok(subject, api.vpcEndpointId)
    : wrongGroup(subject, 'api.vpcEndpointSecurityGroupId', group, [endpoint]);
}

/** The SDK asks for the service by its own name, so an endpoint that exists must have private DNS. */
export async function checkSecretsManagerEndpoint(settings: StageSettings): Promise<Finding | Finding[]> {
  const route = settings.network.secretsManager;
  if (route === undefined || route.by === 'nat') return [];
  const subject = 'Secrets Manager endpoint';
  const endpoints = await endpointsOf(settings, 'secretsmanager');
  if (route.by === 'new-endpoint') {
    if (endpoints.length === 0) return ok(subject, 'one is made, for the functions alone');
    return warning(
      subject,
      `${endpoints.map(({ VpcEndpointId }) => VpcEndpointId).join(', ')} exists`,
      "Set network.secretsManager to { by: 'existing-endpoint', securityGroupId } to use it; a second " +
        'one costs as much again.',
    );
  }
  const named = endpoints.filter(({ PrivateDnsEnabled }) => PrivateDnsEnabled);
  if (named.length === 0)
    return problem(
      subject,
      endpoints.length === 0 ? `there is none in ${settings.network.vpcId}` : 'none has private DNS',
      "Set network.secretsManager to { by: 'new-endpoint' }, or switch its private DNS on (aws ec2 " +
        'modify-vpc-endpoint --private-dns-enabled), which leads the whole VPC to it.',
    );
  return groupsOf(named).includes(route.securityGroupId)
    ? ok(subject, 'exists, with private DNS')
    : wrongGroup(subject, 'network.secretsManager.securityGroupId', route.securityGroupId, named);
}

function wrongGroup(subject: string, setting: string, group: string, endpoints: VpcEndpoint[]): Finding {
  return problem(
    subject,
    `its security groups are ${groupsOf(endpoints).join(', ')}`,
    `Set ${setting} to one of them; it is ${group}.`,
  );
}

const groupsOf = (endpoints: VpcEndpoint[]) =>
  endpoints.flatMap(({ Groups = [] }) => Groups.map(({ GroupId }) => GroupId ?? ''));

/** Interface endpoints of the VPC for a service, but for those of the stage's own stacks. */
async function endpointsOf(settings: StageSettings, service: string): Promise<VpcEndpoint[]> {
  const { region, network } = settings;
  const { VpcEndpoints = [] } = await new EC2Client({ region }).send(
    new DescribeVpcEndpointsCommand({
      Filters: [
        { Name: 'vpc-id', Values: [network.vpcId] },
        { Name: 'service-name', Values: [`com.amazonaws.${region}.${service}`] },
      ],
    }),
  );
  if (VpcEndpoints.length === 0) return [];
  const own = await OwnResources.of(settings);
  return VpcEndpoints.filter(({ VpcEndpointId = '' }) => !own.has('AWS::EC2::VPCEndpoint', VpcEndpointId));
}
