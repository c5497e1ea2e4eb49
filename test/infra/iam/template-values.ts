import { stacksOf, type SynthesisedStage } from '../templates';

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}
/** As a template has it. */
interface Bare {
  Type: string;
  Properties?: Record<string, unknown>;
}
interface StackTemplate {
  Resources: Record<string, Bare>;
  Outputs?: Record<string, { Value: unknown; Export?: { Name: unknown } }>;
}

/** A resource with the stack that it stands in. */
export interface Placed extends Resource {
  stack: string;
  id: string;
}

/** What AWS will have called a resource: its name, or a made-up one that is the same each time. */
const named =
  (property: string) =>
  ({ Properties, stack, id }: Placed) => {
    const name = Properties[property];
    return typeof name === 'string' ? name : `${stack}-${id}`;
  };
const made = ({ stack, id }: Placed) => `${stack}-${id}`;

/**
 * What `Ref` gives and what follows `arn:aws:<service>:<region>:<account>:` (CloudFormation, the return values of each
 * type).
 */
const TYPES: Readonly<
  Record<string, { ref?: (r: Placed, values: TemplateValues) => string; arn?: (r: Placed) => string }>
> = {
  'AWS::ApiGateway::DomainNameV2': {
    ref: (r, values) =>
      `arn:aws:apigateway:${values.at(r.stack, 'R')}::/domainnames/${String(r.Properties.DomainName)}+made`,
  },
  'AWS::ApiGateway::RestApi': { ref: ({ id }) => id.slice(-8).toLowerCase() },
  'AWS::ApiGateway::Stage': { ref: named('StageName') },
  'AWS::CloudWatch::Alarm': { ref: named('AlarmName'), arn: (r) => `cloudwatch:R:A:alarm:${named('AlarmName')(r)}` },
  'AWS::CloudWatch::CompositeAlarm': { arn: (r) => `cloudwatch:R:A:alarm:${named('AlarmName')(r)}` },
  'AWS::EC2::SecurityGroup': { ref: made },
  'AWS::EC2::VPCEndpoint': { ref: ({ id }) => `vpce-${id.slice(-8).toLowerCase()}` },
  'AWS::ElastiCache::ReplicationGroup': { ref: named('ReplicationGroupId') },
  'AWS::Events::Rule': { arn: (r) => `events:R:A:rule/${made(r)}` },
  'AWS::IAM::OIDCProvider': { arn: ({ Properties }) => `iam::A:oidc-provider/${String(Properties.Url).slice(8)}` },
  'AWS::IAM::Role': { ref: named('RoleName'), arn: (r) => `iam::A:role/${named('RoleName')(r)}` },
  'AWS::KMS::Key': { ref: made, arn: (r) => `kms:R:A:key/${made(r)}` },
  'AWS::Lambda::Alias': {
    ref: ({ stack, Properties }, values) =>
      `arn:aws:lambda:${values.at(stack, 'R:A')}:function:` +
      `${values.text(stack, Properties.FunctionName)}:${String(Properties.Name)}`,
  },
  'AWS::Lambda::Function': {
    ref: named('FunctionName'),
    arn: (r) => `lambda:R:A:function:${named('FunctionName')(r)}`,
  },
  'AWS::Lambda::Version': { ref: made },
  'AWS::Logs::LogGroup': { ref: named('LogGroupName'), arn: (r) => `logs:R:A:log-group:${named('LogGroupName')(r)}:*` },
  'AWS::SNS::Topic': { ref: (r, values) => `arn:aws:sns:${values.at(r.stack, 'R:A')}:${made(r)}` },
  'AWS::SQS::Queue': {
    ref: (r, values) => `https://sqs.${values.at(r.stack, 'R')}.amazonaws.com/${values.at(r.stack, 'A')}/${made(r)}`,
    arn: (r) => `sqs:R:A:${made(r)}`,
  },
  'AWS::Scheduler::Schedule': { ref: made, arn: (r) => `scheduler:R:A:schedule/default/${made(r)}` },
};

/** The templates of a stage's stacks, with every reference followed to what AWS will make of it. */
export class TemplateValues {
  private readonly account: string;
  private readonly stacks: ReadonlyMap<string, { region: string; template: StackTemplate }>;

  constructor(stage: SynthesisedStage) {
    this.account = stage.settings.account;
    this.stacks = new Map(
      stacksOf(stage).map(({ stackName, region, template }) => [
        stackName,
        { region, template: template.toJSON() as StackTemplate },
      ]),
    );
  }

  /** Every resource of a type. */
  all(type: string): Placed[] {
    return [...this.stacks].flatMap(([stack, { template }]) =>
      Object.entries(template.Resources)
        .filter(([, { Type }]) => Type === type)
        .map(([id, { Type, Properties = {} }]) => ({ Type, Properties, stack, id })),
    );
  }

  /** One output of a stack. */
  output(stack: string, key: string): string {
    return this.text(stack, this.placeOf(stack).template.Outputs?.[key]?.Value);
  }

  /** `R` and `A` in a pattern by the stack's Region and account. */
  at(stackName: string, pattern: string): string {
    const { region } = this.placeOf(stackName);
    return pattern.replace(/\bR\b/, region).replace(/\bA\b/, this.account);
  }

  arnOf(resource: Placed): string {
    const arn = TYPES[resource.Type]?.arn;
    if (arn === undefined) throw new Error(`No ARN is known of ${resource.Type} (${resource.id}).`);
    const [service = '', region = '', account = '', ...rest] = arn(resource).split(':');
    return [
      'arn:aws',
      service,
      region && this.at(resource.stack, region),
      this.at(resource.stack, account),
      ...rest,
    ].join(':');
  }

  refOf(resource: Placed): string {
    const ref = TYPES[resource.Type]?.ref;
    if (ref === undefined) throw new Error(`No Ref is known of ${resource.Type} (${resource.id}).`);
    return ref(resource, this);
  }

  /** @throws Error if the value is no text after all references are followed */
  text(stack: string, value: unknown): string {
    const resolved = this.resolve(stack, value);
    if (typeof resolved === 'string') return resolved;
    throw new Error(`Not a text: ${JSON.stringify(resolved)}`);
  }

  /** @throws Error at a reference that it can't follow: an unknown value would fit no policy, and prove nothing. */
  resolve(stack: string, value: unknown): unknown {
    if (Array.isArray(value)) return value.map((each) => this.resolve(stack, each));
    if (typeof value !== 'object' || value === null) return value;
    const [[kind, target] = ['', undefined], ...more] = Object.entries(value);
    if (more.length > 0 || !(kind === 'Ref' || kind.startsWith('Fn::')))
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, this.resolve(stack, each)]));
    return this.intrinsic(stack, kind, target);
  }

  private intrinsic(stack: string, kind: string, target: unknown): unknown {
    switch (kind) {
      case 'Ref':
        return this.reference(stack, String(target));
      case 'Fn::GetAtt':
        return this.attribute(stack, target as [string, string]);
      case 'Fn::Join': {
        const [separator, parts] = target as [string, unknown[]];
        return parts.map((part) => this.text(stack, part)).join(separator);
      }
      case 'Fn::Split': {
        const [separator, text] = target as [string, unknown];
        return this.text(stack, text).split(separator);
      }
      case 'Fn::Select': {
        const [index, values] = target as [number | string, unknown];
        return (this.resolve(stack, values) as unknown[])[Number(index)];
      }
      case 'Fn::GetStackOutput': {
        const { StackName, OutputName } = target as { StackName: string; OutputName: string };
        return this.resolve(StackName, this.placeOf(StackName).template.Outputs?.[OutputName]?.Value);
      }
      case 'Fn::ImportValue':
        return this.exported(String(target));
      default:
        throw new Error(`No way is known to follow ${kind}.`);
    }
  }

  private reference(stack: string, id: string): string {
    const { region } = this.placeOf(stack);
    const pseudo: Record<string, string> = {
      'AWS::Partition': 'aws',
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stack,
      'AWS::Region': region,
      'AWS::AccountId': this.account,
    };
    return pseudo[id] ?? this.refOf(this.placed(stack, id));
  }

  private attribute(stack: string, [id, attribute]: [string, string]): string {
    const resource = this.placed(stack, id);
    if (attribute === 'Arn') return this.arnOf(resource);
    if (attribute === 'DomainNameArn') return this.refOf(resource);
    if (attribute === 'GroupId' || attribute === 'QueueName') return made(resource);
    throw new Error(`No way is known to follow ${attribute} of ${resource.Type}.`);
  }

  private exported(name: string): unknown {
    for (const [stack, { template }] of this.stacks)
      for (const { Value, Export } of Object.values(template.Outputs ?? {}))
        if (Export?.Name === name) return this.resolve(stack, Value);
    throw new Error(`No stack exports ${name}.`);
  }

  private placed(stack: string, id: string): Placed {
    const resource = this.placeOf(stack).template.Resources[id];
    if (resource === undefined) throw new Error(`${stack} has no resource ${id}.`);
    return { ...resource, Properties: resource.Properties ?? {}, stack, id };
  }

  private placeOf(stack: string): { region: string; template: StackTemplate } {
    const found = this.stacks.get(stack);
    if (found === undefined) throw new Error(`No stack ${stack} is known.`);
    return found;
  }
}
