import type { SynthesisedStage } from '../templates';
import { applies, delegates, like, type AccessRequest, type Statement } from './statement';
import { TemplateValues, type Placed } from './template-values';

/**
 * One policy. `identity`: what the principal may, `resource`: who may do what to the resource, `gate`: what an endpoint
 * lets through. Concerns those whose ARN fits one of the patterns.
 */
export interface Policy {
  /** Where it stands: `<stack>/<logical id>`. */
  at: string;
  kind: 'identity' | 'resource' | 'gate';
  of: string[];
  statements: Statement[];
}

/** AWS's own policies that a stage uses (AWS managed policy reference). */
const MANAGED: Readonly<Record<string, Statement[]>> = {
  'arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs': [
    {
      Effect: 'Allow',
      Action: [
        'logs:CreateLogGroup',
        'logs:CreateLogStream',
        'logs:DescribeLogGroups',
        'logs:DescribeLogStreams',
        'logs:PutLogEvents',
        'logs:GetLogEvents',
        'logs:FilterLogEvents',
      ],
      Resource: '*',
    },
  ],
};

/**
 * Where an Allow of the identity is not enough, in its own account either (IAM user guide,
 * access_policies-cross-account-resource-access).
 */
const WANT_RESOURCE_POLICY = /^(sts:AssumeRole|kms:)/;

interface Document {
  Statement: Statement[] | Statement;
}

/** The policies of everything that a stage's stacks make in an account, to ask them who may do what. */
export class Account {
  readonly values: TemplateValues;
  readonly policies: readonly Policy[];

  constructor(stage: SynthesisedStage, policies?: readonly Policy[]) {
    this.values = new TemplateValues(stage);
    this.policies = policies ?? [...this.identityPolicies(), ...this.resourcePolicies(), ...this.gates()];
  }

  /** @returns the same account with other policies. */
  with(policies: readonly Policy[]): Account {
    return Object.assign(Object.create(Account.prototype) as Account, { values: this.values, policies });
  }

  /**
   * Whether AWS would allow it: a Deny wins; a service needs the resource to name it; a role of the same account needs
   * an Allow of its own or of the resource; one of another account both (IAM user guide,
   * reference_policies_evaluation-logic).
   * @param through the endpoint of the VPC, if the request takes one
   */
  allows(request: AccessRequest, through?: string): boolean {
    const { principal, action, resource } = request;
    const of = (kind: Policy['kind'], arn: string) =>
      this.policies
        .filter((policy) => policy.kind === kind && policy.of.some((pattern) => like(pattern, arn)))
        .flatMap(({ statements }) => statements);
    const identity = of('identity', principal.id).filter((each) => applies(each, request, false));
    const own = of('resource', resource).filter((each) => applies(each, request, true));
    const gate = through === undefined ? undefined : of('gate', through).filter((each) => applies(each, request, true));
    if ([...identity, ...own, ...(gate ?? [])].some(({ Effect }) => Effect === 'Deny')) return false;
    if (gate?.length === 0) return false;
    const byIdentity = identity.length > 0;
    if (principal.kind !== 'AWS') return own.length > 0;
    const direct = own.some((each) => !delegating(each, principal.id));
    const elsewhere = principal.id.split(':')[4] !== accountOf(resource, this);
    if (elsewhere) return byIdentity && own.length > 0;
    if (WANT_RESOURCE_POLICY.test(action)) return direct || (byIdentity && own.length > 0);
    return direct || byIdentity;
  }

  private identityPolicies(): Policy[] {
    const roles = this.values.all('AWS::IAM::Role');
    const arnOf = (name: string) => `arn:aws:iam::*:role/${name}`;
    const managed = roles.flatMap((role) =>
      ((this.values.resolve(role.stack, role.Properties.ManagedPolicyArns) ?? []) as string[]).map((arn): Policy => {
        const statements = MANAGED[arn];
        if (statements === undefined) throw new Error(`What ${arn} allows is not known here.`);
        return { at: `${role.stack}/${role.id}/${arn}`, kind: 'identity', of: [this.values.arnOf(role)], statements };
      }),
    );
    const inline = roles.flatMap((role) =>
      ((role.Properties.Policies ?? []) as { PolicyDocument: Document }[]).map(({ PolicyDocument }) =>
        this.policy(role, 'identity', [this.values.arnOf(role)], PolicyDocument),
      ),
    );
    const attached = this.values.all('AWS::IAM::Policy').map((each) => {
      const names = this.values.resolve(each.stack, each.Properties.Roles) as string[];
      return this.policy(each, 'identity', names.map(arnOf), each.Properties.PolicyDocument);
    });
    return [...managed, ...inline, ...attached];
  }

  private resourcePolicies(): Policy[] {
    const { values } = this;
    const simple = (type: string, document: string, of: (each: Placed) => string[]) =>
      values
        .all(type)
        .filter(({ Properties }) => Properties[document] !== undefined)
        .map((each) => this.policy(each, 'resource', of(each), each.Properties[document]));
    return [
      ...simple('AWS::IAM::Role', 'AssumeRolePolicyDocument', (role) => [values.arnOf(role)]),
      ...simple(
        'AWS::SNS::TopicPolicy',
        'PolicyDocument',
        ({ stack, Properties }) => values.resolve(stack, Properties.Topics) as string[],
      ),
      ...simple('AWS::SQS::QueuePolicy', 'PolicyDocument', ({ stack, Properties }) =>
        (values.resolve(stack, Properties.Queues) as string[]).map(
          (url) => values.at(stack, `arn:aws:sqs:R:A:`) + (url.split('/').at(-1) ?? ''),
        ),
      ),
      ...simple('AWS::KMS::Key', 'KeyPolicy', (key) => [values.arnOf(key)]),
      ...simple('AWS::Logs::ResourcePolicy', 'PolicyDocument', ({ stack }) => [values.at(stack, 'arn:aws:logs:R:A:*')]),
      ...simple('AWS::ApiGateway::RestApi', 'Policy', (api) => [`${this.apiArn(api)}/*`]),
      ...simple('AWS::ApiGateway::DomainNameV2', 'Policy', (domain) => [`${values.refOf(domain)}/*`]),
      ...values.all('AWS::Lambda::Permission').map((each) => this.permission(each)),
    ];
  }

  private gates(): Policy[] {
    return this.values.all('AWS::EC2::VPCEndpoint').map((endpoint) => {
      // Without a policy an endpoint lets everything through (VPC guide, vpc-endpoints-access).
      const everything = { Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] };
      const document = endpoint.Properties.PolicyDocument ?? everything;
      return this.policy(endpoint, 'gate', [this.values.refOf(endpoint)], document);
    });
  }

  apiArn(api: Placed): string {
    return `${this.values.at(api.stack, 'arn:aws:execute-api:R:A:')}${this.values.refOf(api)}`;
  }

  private policy(each: Placed, kind: Policy['kind'], of: string[], document: unknown): Policy {
    const text = typeof document === 'string' ? document : undefined;
    const resolved = (text === undefined ? this.values.resolve(each.stack, document) : JSON.parse(text)) as Document;
    const statements = [resolved.Statement].flat().map((statement) => this.expanded(each, statement));
    return { at: `${each.stack}/${each.id}`, kind, of, statements };
  }

  /**
   * The policy of an API names its resources by a short form (API Gateway guide,
   * apigateway-resource-policies-create-attach).
   */
  private expanded(each: Placed, statement: Statement): Statement {
    if (each.Type === 'AWS::KMS::Key') return { ...statement, Resource: this.values.arnOf(each) };
    const own: Readonly<Record<string, (each: Placed) => string>> = {
      'AWS::ApiGateway::RestApi': (api) => this.apiArn(api),
      'AWS::ApiGateway::DomainNameV2': (domain) => this.values.refOf(domain),
    };
    const arnOf = own[each.Type];
    if (arnOf === undefined) return statement;
    const Resource = [statement.Resource ?? []].flat().map((arn) => arn.replace(/^execute-api:/, arnOf(each)));
    return { ...statement, Resource };
  }

  private permission(each: Placed): Policy {
    const { Action, FunctionName, Principal, SourceArn, SourceAccount } = this.values.resolve(
      each.stack,
      each.Properties,
    ) as Record<string, string>;
    const service = (Principal ?? '').endsWith('.amazonaws.com');
    const statement: Statement = {
      Effect: 'Allow',
      Principal: service ? { Service: Principal ?? '' } : { AWS: Principal ?? '' },
      Action: Action ?? '',
      Resource: FunctionName ?? '',
      Condition: {
        ...(SourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': SourceArn } }),
        ...(SourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
      },
    };
    return { at: `${each.stack}/${each.id}`, kind: 'resource', of: [FunctionName ?? ''], statements: [statement] };
  }
}

function delegating({ Principal }: Statement, arn: string): boolean {
  if (Principal === undefined || Principal === '*') return false;
  const ids = [Principal.AWS ?? []].flat();
  return !ids.includes('*') && !ids.includes(arn) && ids.some((each) => delegates(each, arn));
}

/** An ARN without an account, as of a service's list, is of the account that asks. */
function accountOf(resource: string, { values }: Account): string {
  const named = resource.split(':')[4];
  return named === undefined || named === '' ? values.at(values.all('AWS::IAM::Role')[0]?.stack ?? '', 'A') : named;
}
