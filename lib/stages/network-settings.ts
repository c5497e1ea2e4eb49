import * as z from 'zod';
import { distinct, id, matching } from './aws-ids';

/** Where a rule for port 443 lets something out of the VPC. */
export const destinations = z
  .array(
    z
      .string()
      .refine(
        (text) => /^pl-[0-9a-f]{8,17}$/.test(text) || z.cidrv4().safeParse(text).success,
        'must be a prefix list (pl-…) or an IPv4 range such as 203.0.113.0/24',
      ),
  )
  .min(1);

/** By which way the functions reach Secrets Manager, where the database's login is a secret. */
const secretsManager = z.discriminatedUnion('by', [
  /** One is made, for the functions alone: no other program of the VPC is led to it. */
  z.strictObject({ by: z.literal('new-endpoint') }),
  /** One that exists, with private DNS; its security group gets a rule for the functions. */
  z.strictObject({
    by: z.literal('existing-endpoint'),
    securityGroupId: id('sg'),
  }),
  /** Out of the VPC. AWS publishes no address range of Secrets Manager alone, so whoever opens one says why. */
  z.strictObject({
    by: z.literal('nat'),
    destinations,
    /** Becomes the description of the rule. */
    reason: matching(
      /^[\w .:/()#,@[\]+=&;{}!$*-]{20,255}$/,
      'must say in 20 to 255 characters that EC2 allows in the description of a rule why these addresses are open',
    ),
  }),
]);

/** Where the functions and the nodes live, and the way out that a login by secret needs. */
export const network = z.strictObject({
  vpcId: id('vpc'),
  availabilityZones: distinct(z.string()).min(1, 'must name at least one'),
  /** One for each availability zone, in their order; the functions and the nodes live here. */
  subnetIds: distinct(id('subnet')).min(1, 'must name at least one'),
  secretsManager: secretsManager.optional(),
});

export type SecretsManagerRoute = z.output<typeof secretsManager>;
