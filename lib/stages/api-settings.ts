import * as z from 'zod';
import { arn, distinct, id } from './aws-ids';

const callers = distinct(arn('iam:', 'arn:aws:iam::123456789012:role/name')).min(
  1,
  'must name at least one principal: the API answers nobody else',
);

/** Who may call the API, and from where it is reached. */
export const api = z.discriminatedUnion('exposure', [
  z.strictObject({
    /** Reached through an execute-api endpoint of the VPC only. */
    exposure: z.literal('private'),
    callers,
    /** An endpoint that exists; without it one is made. */
    vpcEndpointId: id('vpce').optional(),
    /** Of the endpoint that exists: gets a rule for each of the callers' security groups. */
    vpcEndpointSecurityGroupId: id('sg').optional(),
    /** Security groups of the callers inside the VPC, but for those that an existing endpoint admits already. */
    callerSecurityGroupIds: distinct(id('sg')).default([]),
    /** Of the endpoint that is made. Off: on, it breaks every public API of API Gateway for this VPC. */
    privateDns: z.boolean().default(false),
  }),
  z.strictObject({
    /** For callers outside the VPC: IAM on every method, and WAF in front. */
    exposure: z.literal('regional'),
    callers: distinct(arn('iam:', 'arn:aws:iam::123456789012:role/name')).default([]),
    /** The web host, which signs in by OIDC. */
    oidc: z
      .strictObject({
        issuer: z.string().regex(/^[a-z0-9.-]+(\/[^\s]*)?$/, 'must be the issuer without https://'),
        audience: z.string().min(1),
        subject: z.string().min(1),
      })
      .optional(),
  }),
]);
