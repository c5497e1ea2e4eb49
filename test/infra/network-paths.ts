import { ENV } from '../../lambda/contract/environment';
import { stacksOf, type SynthesisedStage } from './templates';

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}
interface StackTemplate {
  Resources: Record<string, Resource>;
  Outputs?: Record<string, { Value: unknown; Export?: { Name: string } }>;
}
interface Statement {
  Action: string | string[];
}

/** CDK's rule for a group that lets nothing out. */
const NOWHERE = '255.255.255.255/32';

/**
 * What AWS carries for a function outside its VPC: no rule is wanted (Lambda guide, configuration-vpc and
 * invocation-async).
 */
const CARRIED_BY_LAMBDA = ['ec2', 'logs', 'xray', 'sqs'];

/** The security groups and their rules of all stacks of a stage, with every reference followed to what it names. */
export class NetworkPaths {
  private readonly templates: Map<string, StackTemplate>;

  constructor(private readonly stage: SynthesisedStage) {
    this.templates = new Map(
      stacksOf(stage).map((stack) => [stack.stackName, stack.template.toJSON() as StackTemplate]),
    );
  }

  /** Every function in the VPC with the services that its role and its environment let it call. */
  functions(): { name: string; groups: string[]; calls: string[] }[] {
    return this.all('AWS::Lambda::Function')
      .filter(({ properties }) => properties.VpcConfig !== undefined)
      .map(({ stack, properties }) => {
        const { SecurityGroupIds } = properties.VpcConfig as { SecurityGroupIds: unknown[] };
        const { Variables } = properties.Environment as { Variables: Record<string, unknown> };
        const services = this.actionsOf(this.identity(stack, properties.Role)).map(
          (action) => action.split(':')[0] ?? '',
        );
        const database = Variables[ENV.databaseHost] === undefined ? [] : ['rds-db'];
        const photos = Variables[ENV.imageOrigin] === undefined ? [] : ['photos'];
        // The API's own policy admits it, so no action of its role tells.
        const api = Variables[ENV.apiUrl] === undefined ? [] : ['execute-api'];
        return {
          name: this.identity(stack, properties.FunctionName),
          groups: SecurityGroupIds.map((id) => this.identity(stack, id)),
          calls: [...new Set([...services, ...database, ...photos, ...api])].filter(
            (each) => !CARRIED_BY_LAMBDA.includes(each),
          ),
        };
      });
  }

  /** `<group> -> <destination>:<port>` of each rule that lets something out. */
  egress(): string[] {
    const inline = this.all('AWS::EC2::SecurityGroup').flatMap(({ id, stack, properties }) =>
      ((properties.SecurityGroupEgress ?? []) as Record<string, unknown>[])
        .filter(({ CidrIp }) => CidrIp !== NOWHERE)
        .map((rule) => ({ stack, properties: { ...rule, GroupId: { 'Fn::GetAtt': [id, 'GroupId'] } } })),
    );
    const rules: { stack: string; properties: Record<string, unknown> }[] = [
      ...inline,
      ...this.all('AWS::EC2::SecurityGroupEgress'),
    ];
    return rules.map(({ stack, properties: rule }) => {
      const to = rule.DestinationSecurityGroupId ?? rule.DestinationPrefixListId ?? rule.CidrIp;
      return `${this.identity(stack, rule.GroupId)} -> ${this.identity(stack, to)}:${portOf(rule)}`;
    });
  }

  /** `<source> -> <group>:<port>` of each rule that lets something in. */
  ingress(): string[] {
    return this.all('AWS::EC2::SecurityGroupIngress').map(
      ({ stack, properties: rule }) =>
        `${this.identity(stack, rule.SourceSecurityGroupId)} -> ${this.identity(stack, rule.GroupId)}:${portOf(rule)}`,
    );
  }

  /** Where a service listens, as the template or the settings say. @throws Error if nobody said it for this service. */
  destinations(service: string): string[] {
    const { database, network, api } = this.stage.settings;
    switch (service) {
      case 'elasticache':
        return this.groupsOf('AWS::ElastiCache::ReplicationGroup').map((group) => `${group}:6379`);
      case 'execute-api': {
        if (api.exposure !== 'private') return [];
        if (api.vpcEndpointId === undefined)
          return this.groupsOf('AWS::EC2::VPCEndpoint', '.execute-api').map((group) => `${group}:443`);
        return [`${api.vpcEndpointSecurityGroupId ?? '0.0.0.0/0'}:443`];
      }
      case 'photos':
        return (this.stage.settings.images?.destinations ?? []).map((destination) => `${destination}:443`);
      case 'rds-db':
        return [`${database.securityGroupId}:${database.port}`];
      case 'secretsmanager': {
        const route = network.secretsManager;
        if (route?.by === 'existing-endpoint') return [`${route.securityGroupId}:443`];
        if (route?.by === 'nat') return route.destinations.map((destination) => `${destination}:443`);
        return this.groupsOf('AWS::EC2::VPCEndpoint', '.secretsmanager').map((group) => `${group}:443`);
      }
      default:
        throw new Error(`A function calls ${service}: say here by which way it is reached, and open that way.`);
    }
  }

  private groupsOf(type: string, service = ''): string[] {
    return this.all(type)
      .filter(({ properties }) => service === '' || String(properties.ServiceName).endsWith(service))
      .flatMap(({ stack, properties }) =>
        (properties.SecurityGroupIds as unknown[]).map((id) => this.identity(stack, id)),
      );
  }

  private actionsOf(role: string): string[] {
    return this.all('AWS::IAM::Policy')
      .filter(({ stack, properties }) =>
        (properties.Roles as unknown[]).some((each) => sameResource(role, this.identity(stack, each))),
      )
      .flatMap(({ properties }) => (properties.PolicyDocument as { Statement: Statement[] }).Statement)
      .flatMap(({ Action }) => Action);
  }

  private all(type: string): { id: string; stack: string; properties: Record<string, unknown> }[] {
    return [...this.templates].flatMap(([stack, { Resources }]) =>
      Object.entries(Resources)
        .filter(([, resource]) => resource.Type === type)
        .map(([id, { Properties }]) => ({ id, stack, properties: Properties })),
    );
  }

  /** One text for one thing, in whatever way and from whatever stack it is referred to. */
  private identity(stack: string, value: unknown): string {
    if (typeof value === 'string') return value;
    const [kind, target] = Object.entries(value as Record<string, unknown>)[0] ?? [];
    if (kind === 'Ref') return `${stack}/${String(target)}`;
    if (kind === 'Fn::GetAtt') return `${stack}/${(target as string[]).join('.')}`;
    if (kind === 'Fn::GetStackOutput') {
      const { StackName, OutputName } = target as { StackName: string; OutputName: string };
      return this.identity(StackName, this.templates.get(StackName)?.Outputs?.[OutputName]?.Value);
    }
    if (kind === 'Fn::ImportValue') {
      for (const [from, { Outputs = {} }] of this.templates)
        for (const { Value, Export } of Object.values(Outputs))
          if (Export?.Name === target) return this.identity(from, Value);
    }
    throw new Error(`No way is known to follow ${JSON.stringify(value)}`);
  }
}

const sameResource = (a: string, b: string) => a.replace(/\..*/, '') === b.replace(/\..*/, '');

function portOf(rule: Record<string, unknown>): string {
  return rule.FromPort === rule.ToPort ? String(rule.FromPort) : `${String(rule.FromPort)}-${String(rule.ToPort)}`;
}
