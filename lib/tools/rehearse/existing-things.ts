import { ACMClient, RequestCertificateCommand } from '@aws-sdk/client-acm';
import {
  AssociateRouteTableCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateVpcEndpointCommand,
  DescribeSecurityGroupsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import type { StageSettings } from '../../stages/settings';
import { ACCOUNT, CLIENT, REGION } from './emulator';
import { makeVpc, securityGroup, subnetsOf, type Vpc } from './existing-vpc';

/** Names that the certificate covers. */
export const DOMAIN = 'cars.carfin.test';
export const INSIDE_DOMAIN = 'inside.carfin.test';
/** The Region of the copy. */
export const ABROAD = 'ap-northeast-1';

/** What an account has already and the options of a stage may name. */
export interface Things {
  agentsGroup: string;
  /** One in each zone, with a way out through NAT. */
  photoSubnets: string[];
  databaseSecret: string;
  webhookSecret: string;
  chatSecret: string;
  /** Lets CloudWatch publish. */
  topic: string;
  certificate: string;
  apiEndpoint: string;
  /** Worn by the endpoints of execute-api and of Secrets Manager. */
  endpointGroup: string;
  abroad: Vpc;
}

/** Makes all of it with the credentials at hand, in the VPC of the stage. */
export async function makeThings({ network, database }: StageSettings): Promise<Things> {
  const ec2 = new EC2Client(CLIENT);
  const endpointGroup = await securityGroup(ec2, network.vpcId, 'endpoints');
  const endpoint = (service: string, PrivateDnsEnabled: boolean) =>
    ec2.send(
      new CreateVpcEndpointCommand({
        VpcId: network.vpcId,
        VpcEndpointType: 'Interface',
        ServiceName: `com.amazonaws.${REGION}.${service}`,
        SubnetIds: network.subnetIds,
        SecurityGroupIds: [endpointGroup],
        PrivateDnsEnabled,
      }),
    );
  const { VpcEndpoint } = await endpoint('execute-api', false);
  await endpoint('secretsmanager', true);
  const { SecurityGroups } = await ec2.send(
    new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'group-name', Values: ['agents'] }] }),
  );
  const { CertificateArn: certificate = '' } = await new ACMClient(CLIENT).send(
    new RequestCertificateCommand({ DomainName: DOMAIN, SubjectAlternativeNames: ['*.carfin.test'] }),
  );
  const login = { username: database.user, password: 'only-in-the-emulator' };
  return {
    agentsGroup: SecurityGroups?.[0]?.GroupId ?? '',
    photoSubnets: await subnetsWithNat(ec2, network),
    databaseSecret: await secret('database', JSON.stringify(login)),
    webhookSecret: await secret('pager', 'https://pager.carfin.test/integration'),
    chatSecret: await secret('chat', 'https://chat.carfin.test/hook'),
    topic: await topicForPages(),
    certificate,
    apiEndpoint: VpcEndpoint?.VpcEndpointId ?? '',
    endpointGroup,
    abroad: await makeVpc(new EC2Client({ region: ABROAD }), ABROAD),
  };
}

async function subnetsWithNat(ec2: EC2Client, { vpcId: VpcId, availabilityZones }: StageSettings['network']) {
  const subnets = await subnetsOf(ec2, VpcId, availabilityZones, 10);
  const { NatGateway } = await ec2.send(
    new CreateNatGatewayCommand({ SubnetId: subnets[0], ConnectivityType: 'private' }),
  );
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const RouteTableId = RouteTable?.RouteTableId;
  await ec2.send(
    new CreateRouteCommand({
      RouteTableId,
      DestinationCidrBlock: '0.0.0.0/0',
      NatGatewayId: NatGateway?.NatGatewayId,
    }),
  );
  for (const SubnetId of subnets) await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
  return subnets;
}

async function secret(Name: string, SecretString: string): Promise<string> {
  return (await new SecretsManagerClient(CLIENT).send(new CreateSecretCommand({ Name, SecretString }))).ARN ?? '';
}

async function topicForPages(): Promise<string> {
  const sns = new SNSClient(CLIENT);
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'oncall' }));
  const Statement = [
    {
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: TopicArn,
      Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
    },
  ];
  const AttributeValue = JSON.stringify({ Version: '2012-10-17', Statement });
  await sns.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: 'Policy', AttributeValue }));
  return TopicArn;
}
