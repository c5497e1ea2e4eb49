import { Duration, Stack } from 'aws-cdk-lib';
import { Peer, Port, SecurityGroup, type ISecurityGroup, type IVpc, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ENV } from '../../../lambda/contract/environment';
import type { StageSettings } from '../../stages/settings';
import type { ServiceApi } from '../api/service-api';
import type { CodeSource } from './code';
import { ownCodeOutOfNetwork, VPC_ATTACHMENT } from './service-function';
import { loggedFunction } from './logged-function';
import { acknowledge } from '../rules/acknowledge';
import { closedGroup } from '../closed-group';

interface HeartbeatProps {
  settings: StageSettings;
  stageName: string;
  /** With a private API: where its endpoint is. A regional one is asked from outside the VPC, which has no way out. */
  network?: { vpc: IVpc; subnets: SubnetSelection };
}

/**
 * Asks the stage's own API for a search once a minute, as callers do: signed, through the endpoint and the resource
 * policy. By the name that AWS gave it: a domain of its own leads nowhere before somebody has made its record. It alone
 * notices that nobody reaches the API.
 */
export class Heartbeat extends Construct {
  /** One of the API's callers. */
  readonly role: Role;
  /** What the endpoint of a private API must admit. */
  readonly securityGroup: SecurityGroup | undefined;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: HeartbeatProps,
  ) {
    super(scope, id);
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: 'Asks the API of its own stage once a minute',
    });
    if (props.network === undefined) {
      acknowledge(this, {
        'NIST.800.53.R5-LambdaInsideVPC':
          'A regional API is asked from outside the VPC, as its callers do; the function reaches nothing inside.',
      });
      return;
    }
    this.role.addToPolicy(new PolicyStatement({ actions: VPC_ATTACHMENT, resources: ['*'] }));
    this.role.addToPolicy(ownCodeOutOfNetwork(props.settings));
    acknowledge(this.role, {
      'AwsSolutions-IAM5[Resource::*]':
        'Attaching to a VPC: AWS defines no resource for these actions (Lambda guide, configuration-vpc).',
    });
    this.securityGroup = closedGroup(
      this,
      'SecurityGroup',
      props.network.vpc,
      `Heartbeat of ${props.settings.cache.replicationGroupId}`,
    );
  }

  /** Begins to ask. @param endpoint security group of the API's endpoint, if it is known */
  watch(api: ServiceApi, code: CodeSource, deadLetters: IQueue, endpoint?: ISecurityGroup): void {
    const { settings, stageName, network } = this.props;
    this.securityGroup?.addEgressRule(endpoint ?? Peer.anyIpv4(), Port.HTTPS, 'The API');
    const asking = loggedFunction(this, {
      name: 'heartbeat',
      settings,
      code,
      role: this.role,
      environment: { [ENV.stage]: stageName, [ENV.apiUrl]: api.ownUrl },
      ...(network === undefined || this.securityGroup === undefined
        ? {}
        : { vpc: network.vpc, vpcSubnets: network.subnets, securityGroups: [this.securityGroup] }),
    });
    acknowledge(Stack.of(this), {
      'AwsSolutions-IAM5[Resource::<HeartbeatFunction8B495D4E.Arn>:*]':
        'The versions of one function: CDK gives the scheduler both forms of its ARN.',
    });
    new Schedule(this, 'EveryMinute', {
      description: 'Asks for a search as callers do',
      schedule: ScheduleExpression.rate(Duration.minutes(1)),
      target: new LambdaInvoke(asking, {
        deadLetterQueue: deadLetters,
        retryAttempts: 0,
        maxEventAge: Duration.minutes(1),
      }),
    });
  }
}
