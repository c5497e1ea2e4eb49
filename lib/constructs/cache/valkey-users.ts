import { CfnUser, CfnUserGroup } from 'aws-cdk-lib/aws-elasticache';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { accessString, type ValkeyUser } from '../../../lambda/contract/access';
import { deployedUsers } from '../../stages/deployed-functions';
import type { StageSettings } from '../../stages/settings';
import { namedArn } from '../named-arn';

/**
 * One IAM user of ElastiCache for each function, and their group. Valkey needs no user `default` (dg, Clusters.RBAC).
 */
export class ValkeyUsers extends Construct {
  readonly group: CfnUserGroup;

  private readonly replicationGroupId: string;

  constructor(scope: Construct, id: string, settings: StageSettings) {
    super(scope, id);
    const { replicationGroupId, readOnlyKeyPatterns } = settings.cache;
    this.replicationGroupId = replicationGroupId;
    const users = deployedUsers(settings).map((name) => {
      const userId = this.userId(name);
      return new CfnUser(this, name, {
        engine: 'valkey',
        userId,
        // With IAM, name and id must be the same (dg, auth-iam).
        userName: userId,
        accessString: accessString(name, readOnlyKeyPatterns),
        // Passed through as it is: with a lower-case `type` the deploy fails (aws/aws-cdk#28397).
        authenticationMode: { Type: 'iam' },
      });
    });
    // One after another: ElastiCache refuses a change of a user while another change of their group is under way.
    for (const [i, user] of users.entries()) if (i > 0) user.node.addDependency(users[i - 1] as CfnUser);
    this.group = new CfnUserGroup(this, 'Group', {
      engine: 'valkey',
      userGroupId: `${replicationGroupId}-users`,
      userIds: users.map((user) => user.ref),
    });
  }

  /** Unique in the account, so it begins with the group's id; at most 40 characters. */
  userId(name: ValkeyUser): string {
    return `${this.replicationGroupId}-${name}`;
  }

  /** Lets a principal sign in as the user: the permission is wanted on the group and on the user. */
  grantConnect(grantee: IGrantable, name: ValkeyUser): void {
    const arn = (kind: string, id: string) => namedArn(this, 'elasticache', kind, id);
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['elasticache:Connect'],
        resources: [arn('replicationgroup', this.replicationGroupId), arn('user', this.userId(name))],
      }),
    );
  }
}
