import { DescribeDBInstancesCommand, RDSClient, type DBInstance } from '@aws-sdk/client-rds';
import type { StageSettings } from '../../stages/settings';
import { orNothing } from '../text/aws-errors';
import { ok, problem, warning, type Finding } from './finding';

export async function checkDatabase({ region, network, database }: StageSettings): Promise<Finding | Finding[]> {
  const { instanceIdentifier } = database;
  const subject = `RDS ${instanceIdentifier}`;
  const command = new DescribeDBInstancesCommand({ DBInstanceIdentifier: instanceIdentifier });
  const instance = (await orNothing(new RDSClient({ region }).send(command)))?.DBInstances?.[0];
  if (instance === undefined)
    return problem(
      subject,
      'there is no such instance',
      'List them: aws rds describe-db-instances --query "DBInstances[].DBInstanceIdentifier"',
    );
  const expected: [setting: string, wanted: unknown, actual: unknown][] = [
    ['database.endpoint', database.endpoint, instance.Endpoint?.Address],
    ['database.port', database.port, instance.Endpoint?.Port],
    ['database.resourceId', database.resourceId, instance.DbiResourceId],
    ['network.vpcId', network.vpcId, instance.DBSubnetGroup?.VpcId],
  ];
  const wrong = expected.filter(([, wanted, actual]) => wanted !== actual);
  return [
    ...wrong.map(([setting, wanted, actual]) =>
      problem(subject, `${setting} is ${String(actual)}`, `The settings say ${String(wanted)}; correct ${setting}.`),
    ),
    ...(wrong.length === 0
      ? [ok(subject, `${instance.Engine ?? ''} ${instance.EngineVersion ?? ''}, ${instance.DBInstanceStatus ?? ''}`)]
      : []),
    loginFinding(subject, instance, database.secretArn),
    ...exposureFindings(subject, instance, database.securityGroupId),
  ];
}

function loginFinding(subject: string, instance: DBInstance, secretArn: string | undefined): Finding {
  if (secretArn !== undefined) return ok(subject, 'login by secret');
  if (instance.IAMDatabaseAuthenticationEnabled) return ok(subject, 'login by IAM is on');
  const command =
    `aws rds modify-db-instance --db-instance-identifier ${instance.DBInstanceIdentifier ?? ''} ` +
    '--enable-iam-database-authentication --apply-immediately';
  return problem(
    subject,
    'login by IAM is off',
    `${command}, then the SQL of docs/deploy.md; or set database.secretArn.`,
  );
}

function exposureFindings(subject: string, instance: DBInstance, securityGroupId: string): Finding[] {
  const groups = (instance.VpcSecurityGroups ?? []).map((group) => group.VpcSecurityGroupId ?? '');
  return [
    ...(groups.includes(securityGroupId)
      ? []
      : [
          problem(
            subject,
            `its security groups are ${groups.join(', ')}`,
            `Set database.securityGroupId to one of them; it is ${securityGroupId}.`,
          ),
        ]),
    ...(instance.PubliclyAccessible
      ? [
          warning(
            subject,
            'it can be reached from the internet',
            'Nothing here needs that: aws rds modify-db-instance --no-publicly-accessible',
          ),
        ]
      : []),
  ];
}
