import * as z from 'zod';
import { arn, id } from './aws-ids';

/** The RDS instance that exists, and how the functions sign in to it. */
export const database = z.strictObject({
  instanceIdentifier: z.string().min(1, 'must be the name of the RDS instance'),
  /** The endpoint itself, no CNAME: IAM tokens are signed for it. */
  endpoint: z.string().regex(/\.rds\.amazonaws\.com$/, 'must be the endpoint of the RDS instance, not a CNAME'),
  port: z.int().min(1).max(65_535),
  name: z.string().min(1),
  securityGroupId: id('sg'),
  resourceId: z.string().regex(/^db-[A-Z0-9]+$/, 'must be the resource id (db-…), not the name'),
  user: z.string().min(1),
  /** With a secret the login is by its password; without one by IAM token, the better choice. */
  secretArn: arn('secretsmanager', 'arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:name-AbCdEf').optional(),
});
