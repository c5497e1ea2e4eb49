import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, Tracing, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ENV } from '../../../lambda/contract/environment';
import { definitionOf, type FunctionName } from '../../../lambda/contract/functions';
import type { AuditLog } from '../cache/audit-log';
import type { ValkeyUsers } from '../cache/valkey-users';
import type { StageSettings } from '../../stages/settings';
import type { CodeSource } from './code';
import { loggedFunction } from './logged-function';
import { scalingOf } from '../../stages/scaling';
import { RDS_CA_FILE } from './rds-certificates';
import { acknowledge } from '../rules/acknowledge';

/**
 * Network actions that Lambda needs to attach a function to a VPC; they can't be limited to a resource (Lambda guide,
 * configuration-vpc).
 */
export const VPC_ATTACHMENT = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * Lambda attaches a function to the VPC with its role; the function's own code may not (Lambda guide,
 * configuration-vpc).
 */
export function ownCodeOutOfNetwork({ account, region, cache }: StageSettings): PolicyStatement {
  const own = `arn:aws:lambda:${region}:${account}:function:${cache.replicationGroupId}-*`;
  return new PolicyStatement({
    effect: Effect.DENY,
    actions: VPC_ATTACHMENT,
    resources: ['*'],
    conditions: { ArnLike: { 'lambda:SourceFunctionArn': own } },
  });
}

interface ServiceFunctionProps {
  name: FunctionName;
  stageName: string;
  settings: StageSettings;
  vpc: IVpc;
  subnets: SubnetSelection;
  securityGroups: ISecurityGroup[];
  users: ValkeyUsers;
  valkeyEndpoint: string;
  code: CodeSource;
  /** Variables of this function alone. */
  environment?: Readonly<Record<string, string>>;
  /** Whose role it runs with, where the table says so. */
  roleOf?: ServiceFunction | undefined;
  /** Gives functions that touch what people said the secret of their pseudonyms. */
  audit: AuditLog;
}

/**
 * One function of the table in lambda/contract/functions.ts: its bundle, its own role with what it needs and nothing
 * else, its log.
 */
export class ServiceFunction extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;
  /** What is invoked. */
  readonly live: Alias;

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id);
    const { name, settings } = props;
    const definition = definitionOf(name);
    const { alwaysWarm } = scalingOf(name, settings);
    this.role = props.roleOf?.role ?? this.ownRole(props);
    this.function = loggedFunction(this, {
      name,
      settings,
      code: props.code,
      role: this.role,
      // Part of the version, as the environments that are kept warm are: another number of them makes another version.
      description: `${definition.description}${alwaysWarm > 0 ? `; ${alwaysWarm} kept warm` : ''}`,
      tracing: Tracing.ACTIVE,
      vpc: props.vpc,
      vpcSubnets: props.subnets,
      securityGroups: props.securityGroups,
      environment: environmentOf(props),
      // The secret of pseudonyms stands among the variables: whoever may look at the function does not read it by that.
      ...(definition.people ? { environmentEncryption: props.audit.key } : {}),
      // Of the version and not of the alias: Lambda refuses them on an alias that shares its traffic between two
      // versions.
      ...(alwaysWarm > 0 ? { currentVersionOptions: { provisionedConcurrentExecutions: alwaysWarm } } : {}),
    });
    this.live = new Alias(this, 'Live', { aliasName: 'live', version: this.function.currentVersion });
  }

  private ownRole({ name, users, settings }: ServiceFunctionProps): Role {
    const { valkeyUser, database } = definitionOf(name);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: VPC_ATTACHMENT, resources: ['*'] }));
    role.addToPolicy(ownCodeOutOfNetwork(settings));
    users.grantConnect(role, valkeyUser);
    if (database) this.grantDatabase(role, settings);
    this.acknowledgeWildcards(role);
    return role;
  }

  private grantDatabase(role: Role, { database, account, region }: StageSettings): void {
    const [actions, resource] =
      database.secretArn === undefined
        ? [['rds-db:connect'], `arn:aws:rds-db:${region}:${account}:dbuser:${database.resourceId}/${database.user}`]
        : [['secretsmanager:GetSecretValue'], database.secretArn];
    role.addToPolicy(new PolicyStatement({ actions, resources: [resource] }));
  }

  private acknowledgeWildcards(role: Role): void {
    acknowledge(role, {
      'AwsSolutions-IAM5[Resource::*]':
        'Attaching to a VPC and sending X-Ray segments: AWS defines no resource for these actions (Lambda guide, ' +
        'configuration-vpc; X-Ray guide, security_iam).',
    });
  }
}

/** The variables that the handlers require: what the local run sets too, with IAM in place of password files. */
function environmentOf({
  name,
  stageName,
  settings,
  users,
  valkeyEndpoint,
  environment = {},
  audit,
}: ServiceFunctionProps): Record<string, string> {
  const { cache } = settings;
  const definition = definitionOf(name);
  return {
    [ENV.stage]: stageName,
    ...(name === 'events' ? { [ENV.mostEnvironments]: String(scalingOf(name, settings).most) } : {}),
    [ENV.valkeyEndpoint]: valkeyEndpoint,
    [ENV.valkeyUser]: users.userId(definition.valkeyUser),
    [ENV.valkeyReplicationGroupId]: cache.replicationGroupId,
    ...(definition.people ? peopleEnvironment(settings, audit) : {}),
    ...(definition.database ? databaseEnvironment(settings) : {}),
    ...environment,
  };
}

function peopleEnvironment({ cache, audit }: StageSettings, { peopleKey }: AuditLog): Record<string, string> {
  return {
    [ENV.peopleKey]: peopleKey.secretValue.unsafeUnwrap(),
    [ENV.snapshotDays]: String(cache.snapshotRetentionDays),
    [ENV.auditDays]: String(audit.retention),
  };
}

function databaseEnvironment({ database }: StageSettings): Record<string, string> {
  return {
    [ENV.databaseHost]: database.endpoint,
    [ENV.databasePort]: String(database.port),
    [ENV.databaseName]: database.name,
    [ENV.databaseUser]: database.user,
    [ENV.databaseCaFile]: `/var/task/${RDS_CA_FILE}`,
    ...(database.secretArn === undefined ? {} : { [ENV.databaseSecretArn]: database.secretArn }),
  };
}
