import * as z from 'zod';
import { account, arn, distinct, id, principal, PRINCIPAL, PRINCIPAL_RULE, matching } from './aws-ids';

/** What a caller may: search cars; keep conversations and preferences; erase what is known of a person. */
export const SCOPES = ['search', 'conversation', 'erase'] as const;
export type Scope = (typeof SCOPES)[number];

export interface Caller {
  /** ARN of a role or a user. */
  principal: string;
  scopes: Scope[];
}

/** Who erases is said by name: what is gone is gone. */
const usual = (): Scope[] => ['search', 'conversation'];

const scopes = z.array(z.enum(SCOPES)).min(1, 'must name a scope: search, conversation or erase').default(usual);

/** An ARN alone has the usual scopes: all but `erase`. */
const caller = z.preprocess((value, context) => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  // Told here, so that it is told of the setting as it was written.
  if (typeof value !== 'string' || !PRINCIPAL.test(value))
    context.issues.push({ code: 'custom', message: PRINCIPAL_RULE, input: value });
  return { principal: value };
}, z.strictObject({ principal, scopes })) as unknown as z.ZodType<
  Caller,
  string | { principal: string; scopes?: Scope[] }
>;

const callers = z
  .array(caller)
  .refine(
    (all) => new Set(all.map((each) => each.principal)).size === all.length,
    'must name each principal but once, with all its scopes',
  );

/** Accounts other than the stage's whose roles or users may be callers; their own policies must allow it too. */
const otherAccounts = distinct(account).default([]);

/** Of the account and Region, which has one for all its APIs: `make` overwrites what is there. */
const logRole = z.enum(['make', 'exists'], 'must be "make" or "exists"').default('make');

const HOST_NAME = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/**
 * A name by which callers reach the API whatever id it has; who owns the zone lets the name lead to it
 * (docs/deploy.md).
 */
const domain = z
  .strictObject({
    name: matching(
      HOST_NAME,
      'must be a host name in lower case, such as cars.example.com: no URL, no path, no wildcard',
    ),
    /** Of ACM, in the stage's account and Region: it must cover the name. */
    certificateArn: arn('acm'),
  })
  .optional();

/** A claim of a token: IAM compares it letter by letter, and nobody signs in by one that is nearly right. */
const compared = matching(
  /^[^\s*]([^*]*[^\s*])?$/,
  'must be the whole text as it stands in the token: no * and no space at its ends',
);

/** Who may call the API, and from where it is reached. */
export const api = z.discriminatedUnion('exposure', [
  z.strictObject({
    /** Reached through an execute-api endpoint of the VPC only. */
    exposure: z.literal('private'),
    callers: callers.min(1, 'must name at least one principal: the API answers nobody else'),
    otherAccounts,
    logRole,
    domain,
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
    callers: callers.default([]),
    otherAccounts,
    logRole,
    domain,
    /** The web host, which signs in by OIDC. */
    oidc: z
      .strictObject({
        issuer: matching(/^[a-z0-9.-]+(\/[^\s]*)?$/, 'must be the issuer without https://'),
        audience: compared,
        subject: compared,
        /** An account has one for an issuer: where another stage or program has made it, it is left as it is. */
        provider: z.enum(['make', 'exists'], 'must be "make" or "exists"').default('make'),
        scopes,
      })
      .optional(),
  }),
]);
