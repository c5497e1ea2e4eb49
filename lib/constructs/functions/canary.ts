import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Alias, CfnAlias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { FunctionName } from '../../../lambda/contract/functions';
import { namedArn } from '../named-arn';
import { acknowledge } from '../rules/acknowledge';

/**
 * What answers people. The warm-up repeats itself, waits for events end by themselves, and operators see what they
 * invoke.
 */
export const CANARY_FUNCTIONS = ['search', 'conversation'] as const satisfies FunctionName[];

/**
 * The context of CDK by which one deploy leaves the canary out: a remedy must not wait for the alarms that it is to
 * end.
 */
export const AT_ONCE = 'at-once';

interface CanaryProps {
  /** Names the application of CodeDeploy. */
  groupId: string;
  /** By their functions, after which the deployment groups are named. */
  aliases: ReadonlyMap<FunctionName, Alias>;
  /** Ten at most (CodeDeploy, AlarmConfiguration). */
  alarms: readonly IAlarm[];
}

/**
 * Updates of aliases by CodeDeploy: a tenth of the requests goes to the new version for ten minutes, then all. If one
 * of the alarms fires meanwhile, all go to the old version again, and CloudFormation takes the whole deploy back.
 */
export class Canary extends Construct {
  constructor(scope: Construct, id: string, { groupId, aliases, alarms }: CanaryProps) {
    super(scope, id);
    const application = new LambdaApplication(this, 'Application', { applicationName: groupId });
    const role = this.role([...aliases.keys()].map((name) => `${groupId}-${name}`));
    const atOnce = this.node.tryGetContext(AT_ONCE) !== undefined;
    for (const [name, alias] of aliases) {
      new LambdaDeploymentGroup(this, name, {
        application,
        deploymentGroupName: name,
        alias,
        alarms: [...alarms],
        // An alarm of five minutes must have the time to fire.
        deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_10MINUTES,
        // CDK would add AWS's own policy, which may update every alias of the account.
        role: role.withoutPolicyUpdates(),
      });
      if (atOnce) (alias.node.defaultChild as CfnAlias).cfnOptions.updatePolicy = {};
    }
  }

  /**
   * What AWSCodeDeployRoleForLambdaLimited allows, for these functions, without hooks and revisions in S3: there are
   * none.
   */
  private role(functionNames: readonly string[]): Role {
    const functions = functionNames.flatMap((name) =>
      [name, `${name}:*`].map((versions) => namedArn(this, 'lambda', 'function', versions)),
    );
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
      description: 'Shifts the traffic of the functions to a new version, and back',
      // In the role itself: CodeDeploy begins as soon as the role is there.
      inlinePolicies: {
        Shift: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['lambda:GetAlias', 'lambda:UpdateAlias', 'lambda:GetProvisionedConcurrencyConfig'],
              resources: functions,
            }),
            new PolicyStatement({ actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] }),
          ],
        }),
      },
    });
    for (const resource of ['*', ...functions.filter((arn) => arn.endsWith(':*'))])
      acknowledge(role, {
        [`AwsSolutions-IAM5[Resource::${resource}]`]:
          'The versions of a function, whose numbers come with each deploy; alarms are listed without a resource.',
      });
    return role;
  }
}
