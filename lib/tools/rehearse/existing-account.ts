import { CloudFormationClient, CreateStackCommand, waitUntilStackCreateComplete } from '@aws-sdk/client-cloudformation';
import { AuthorizeSecurityGroupIngressCommand, EC2Client, ModifyVpcAttributeCommand } from '@aws-sdk/client-ec2';
import { CreateDBInstanceCommand, CreateDBSubnetGroupCommand, RDSClient } from '@aws-sdk/client-rds';
import { AssumeRoleCommand, STSClient, type AssumeRoleCommandOutput } from '@aws-sdk/client-sts';
import { ACCOUNT, CLIENT, REGION } from './emulator';
import { makeVpc, securityGroup } from './existing-vpc';

export const DATABASE = 'cars';
export const AGENTS = `arn:aws:iam::${ACCOUNT}:role/agents`;

/** What a platform engineer already has: a VPC with two zones, a database in it, and the hosts of the agents. */
export interface ExistingAccount {
  agentsGroup: string;
}

/** Makes it with the credentials at hand. */
export async function makeAccount(): Promise<ExistingAccount> {
  await makeRoles();
  const ec2 = new EC2Client(CLIENT);
  const { vpcId: VpcId, subnetIds } = await makeVpc(ec2, REGION);
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  const databaseGroup = await securityGroup(ec2, VpcId, 'database');
  const agentsGroup = await securityGroup(ec2, VpcId, 'agents');
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: databaseGroup,
      IpPermissions: [
        { IpProtocol: 'tcp', FromPort: 5432, ToPort: 5432, UserIdGroupPairs: [{ GroupId: agentsGroup }] },
      ],
    }),
  );
  await makeDatabase(subnetIds, databaseGroup);
  return { agentsGroup };
}

async function makeDatabase(SubnetIds: string[], group: string): Promise<void> {
  const rds = new RDSClient(CLIENT);
  await rds.send(
    new CreateDBSubnetGroupCommand({ DBSubnetGroupName: DATABASE, DBSubnetGroupDescription: DATABASE, SubnetIds }),
  );
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: DATABASE,
      DBInstanceClass: 'db.t4g.small',
      Engine: 'postgres',
      EngineVersion: '16.4',
      DBName: 'postgres',
      MasterUsername: 'owner',
      MasterUserPassword: 'only-in-the-emulator',
      AllocatedStorage: 20,
      EnableIAMDatabaseAuthentication: true,
      DBSubnetGroupName: DATABASE,
      VpcSecurityGroupIds: [group],
    }),
  );
}

/** An engineer who may deploy, and the agents that will search. */
async function makeRoles(): Promise<void> {
  const cloudFormation = new CloudFormationClient(CLIENT);
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }],
  };
  const role = (RoleName: string, more: object) => ({
    Type: 'AWS::IAM::Role',
    Properties: { RoleName, AssumeRolePolicyDocument: trust, ...more },
  });
  const Resources = {
    Engineer: role('engineer', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
    Agents: role('agents', {}),
  };
  await cloudFormation.send(
    new CreateStackCommand({
      StackName: 'people',
      TemplateBody: JSON.stringify({ Resources }),
      Capabilities: ['CAPABILITY_NAMED_IAM'],
    }),
  );
  await waitUntilStackCreateComplete({ client: cloudFormation, maxWaitTime: 30, minDelay: 1 }, { StackName: 'people' });
}

/** Of a session of a role. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

export async function roleCredentials(roleName: string): Promise<Credentials> {
  const role = { RoleArn: `arn:aws:iam::${ACCOUNT}:role/${roleName}`, RoleSessionName: 'rehearsal' };
  return credentialsOf(await new STSClient(CLIENT).send(new AssumeRoleCommand(role)));
}

/** As the SDK takes what STS gives. */
export function credentialsOf({ Credentials }: AssumeRoleCommandOutput): Credentials {
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}

/** Takes on a role; from then on this process and those that it starts are that role. */
export async function become(roleName: string): Promise<void> {
  const { accessKeyId, secretAccessKey, sessionToken } = await roleCredentials(roleName);
  signIn(accessKeyId, secretAccessKey, sessionToken);
}

/** The account's root, with which the emulator begins. */
export function becomeRoot(): void {
  signIn(ACCOUNT, 'root', undefined);
}

function signIn(key: string, secret: string, token: string | undefined): void {
  process.env.AWS_ACCESS_KEY_ID = key;
  process.env.AWS_SECRET_ACCESS_KEY = secret;
  if (token === undefined) delete process.env.AWS_SESSION_TOKEN;
  else process.env.AWS_SESSION_TOKEN = token;
}
