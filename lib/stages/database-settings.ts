import * as z from 'zod';
import { arn, id, matching } from './aws-ids';

/** The RDS instance that exists, and how the functions sign in to it. */
export const database = z.strictObject({
  instanceIdentifier: matching(
    /^[a-z](?!.*--)([a-z0-9-]{0,61}[a-z0-9])?$/,
    'must be the name of the RDS instance in lower case, such as cars: no ARN, no host name',
  ),
  /** The endpoint itself, no CNAME: IAM tokens are signed for it. */
  endpoint: z
    .string()
    .refine(
      (host) => !/\.cluster-/.test(host),
      'is the endpoint of an Aurora cluster; only an instance of RDS for PostgreSQL is supported, and Aurora was ' +
        'never tried',
    )
    .refine(
      (host) => !/\.proxy-/.test(host),
      'is the endpoint of an RDS Proxy: its IAM login and resource id are its own; name the endpoint of the instance',
    )
    .regex(
      /^[a-z][a-z0-9-]*\.[a-z0-9]+\.[a-z0-9-]+\.rds\.amazonaws\.com$/,
      'must be the host name of the RDS instance, such as name.abc123.ap-northeast-2.rds.amazonaws.com: no URL, ' +
        'no PgBouncer before it, not a CNAME',
    ),
  port: z.int().min(1).max(65_535),
  name: matching(
    /^[^\s"'\\/;:]{1,63}$/,
    'must be the name of the database in the instance: no space, no quote, no host name or URL',
  ).refine((name) => name === name.normalize('NFKC'), 'must be the name of the database, in letters of usual width'),
  securityGroupId: id('sg'),
  resourceId: matching(/^db-[A-Z0-9]+$/, 'must be the resource id (db-…), not the name'),
  user: matching(/^[a-z_][a-z0-9_]{0,62}$/, 'must be a role of PostgreSQL in lower case, such as carfin_reader').refine(
    (user) => !['postgres', 'rdsadmin', 'rds_superuser'].includes(user),
    'must be a role of its own that may only read the table (docs/deploy.md, step 2, creates it), not the ' +
      'owner of everything',
  ),
  /** With a secret the login is by its password; without one by IAM token, the better choice. */
  secretArn: arn('secretsmanager').optional(),
});
