import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod';
import type { ScaledFunctionName } from '../../lambda/contract/functions';
import { arn, id } from './aws-ids';
import { network } from './network-settings';

/**
 * What a stage is made of. Explicit, so that synth needs neither credentials nor look-ups. Each rule's message says how to find
 * the right value; `path`, rule and received value are added by parseSettings.
 */

const CLOCK = '([01]\\d|2[0-3]):[0-5]\\d';

/** Environments of one function: at most so many at once, and those that are kept warm. */
const scaling = z
  .strictObject({ most: z.int().min(1), alwaysWarm: z.int().min(0) })
  .refine(({ most, alwaysWarm }) => alwaysWarm <= most, { path: ['alwaysWarm'], error: 'must not be above `most`' });

const database = z.strictObject({
  instanceIdentifier: z
    .string()
    .min(
      1,
      'must be the name of the RDS instance; find it with: aws rds describe-db-instances --query "DBInstances[].DBInstanceIdentifier"',
    ),
  /** The endpoint itself, no CNAME: IAM tokens are signed for it. */
  endpoint: z
    .string()
    .regex(
      /\.rds\.amazonaws\.com$/,
      'must be the endpoint of the RDS instance, not a CNAME; find it with: aws rds describe-db-instances --query "DBInstances[].Endpoint.Address"',
    ),
  port: z.int().min(1).max(65_535),
  name: z.string().min(1),
  securityGroupId: id('sg', 'aws rds describe-db-instances --query "DBInstances[].VpcSecurityGroups"'),
  resourceId: z
    .string()
    .regex(
      /^db-[A-Z0-9]+$/,
      'must be the resource id (db-…), not the name; find it with: aws rds describe-db-instances --query "DBInstances[].DbiResourceId"',
    ),
  user: z.string().min(1),
  /** With a secret the login is by its password; without one by IAM token, the better choice. */
  secretArn: arn('secretsmanager', 'arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:name-AbCdEf').optional(),
});

const cache = z.strictObject({
  /** Also the first part of every name, so that it can stand beside a cluster that exists already. */
  replicationGroupId: z
    .string()
    .regex(
      /^[a-z](?!.*--)[a-z0-9-]{0,18}[a-z0-9]$/,
      'must be 2 to 20 lower-case letters, digits and single hyphens, beginning with a letter; those in use: aws elasticache describe-replication-groups --query "ReplicationGroups[].ReplicationGroupId"',
    ),
  nodeType: z
    .string()
    .regex(
      /^cache\.[a-z0-9]+\.[a-z0-9]+$/,
      'must be a node type such as cache.r7g.large; find what is offered with: aws elasticache describe-reserved-cache-nodes-offerings',
    ),
  engineVersion: z.enum(
    ['7.2', '8.0', '8.1'],
    'must be a version of Valkey that ElastiCache offers; find it with: aws elasticache describe-cache-engine-versions --engine valkey',
  ),
  shards: z.int().min(1).max(500),
  replicasPerShard: z.int().min(0).max(5, 'must be at most 5: ElastiCache has no more replicas a shard'),
  multiAz: z.boolean(),
  snapshotRetentionDays: z.int().min(0).max(35),
  /** UTC, at least an hour. */
  snapshotWindow: z.string().regex(new RegExp(`^${CLOCK}-${CLOCK}$`), 'must be UTC hours such as 18:00-19:00'),
  /** UTC, at least an hour. */
  maintenanceWindow: z
    .string()
    .regex(
      new RegExp(`^(mon|tue|wed|thu|fri|sat|sun):${CLOCK}-(mon|tue|wed|thu|fri|sat|sun):${CLOCK}$`),
      'must be UTC days and hours such as sun:19:00-sun:20:00',
    ),
  /** Keeps a final snapshot and refuses deletion; for a stage whose sessions matter. */
  retainData: z.boolean(),
  autoScaling: z
    .strictObject({
      minShards: z.int().min(1),
      maxShards: z.int().min(1),
      targetCpuPercent: z.int().min(35).max(70, 'must be from 35 to 70, the range that ElastiCache allows'),
    })
    .optional(),
  /** `%R~` patterns keep search from writing the index; they are checked on Valkey, and UNVERIFIED on ElastiCache. */
  readOnlyKeyPatterns: z.boolean().default(true),
});

const callers = z
  .array(arn('iam:', 'arn:aws:iam::123456789012:role/name'))
  .min(1, 'must name at least one principal: the API answers nobody else');

const api = z.discriminatedUnion('exposure', [
  z.strictObject({
    /** Reached through an execute-api endpoint of the VPC only. */
    exposure: z.literal('private'),
    callers,
    /** An endpoint that exists; without it one is made. */
    vpcEndpointId: id(
      'vpce',
      'aws ec2 describe-vpc-endpoints --filters Name=service-name,Values=com.amazonaws.<region>.execute-api',
    ).optional(),
    /** Of the endpoint that exists: gets a rule for each of the callers' security groups. */
    vpcEndpointSecurityGroupId: id(
      'sg',
      'aws ec2 describe-vpc-endpoints --filters Name=service-name,Values=com.amazonaws.<region>.execute-api --query "VpcEndpoints[].Groups"',
    ).optional(),
    /** Security groups of the callers inside the VPC, but for those that an existing endpoint admits already. */
    callerSecurityGroupIds: z.array(id('sg', 'aws ec2 describe-security-groups')).default([]),
    /** Of the endpoint that is made. Off: on, it breaks every public API of API Gateway for this VPC. */
    privateDns: z.boolean().default(false),
  }),
  z.strictObject({
    /** For callers outside the VPC: IAM on every method, and WAF in front. */
    exposure: z.literal('regional'),
    callers: z.array(arn('iam:', 'arn:aws:iam::123456789012:role/name')).default([]),
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

export const settingsSchema = z.strictObject({
  account: z.string().regex(/^\d{12}$/, 'must be 12 digits; find it with: aws sts get-caller-identity --query Account'),
  region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as ap-northeast-2'),
  network,
  database,
  cache,
  api,
  /** Who else may read keys: security groups from which, and roles that may connect as the read-only user. */
  keyReaders: z.strictObject({
    securityGroupIds: z.array(id('sg', 'aws ec2 describe-security-groups')),
    roleArns: z.array(arn('iam:', 'arn:aws:iam::123456789012:role/name')),
  }),
  /** Each environment holds a connection to every shard, and one to the database where its function asks it. */
  concurrency: z.strictObject({ search: scaling } satisfies Record<ScaledFunctionName, z.ZodType>),
  logRetention: z.enum(RetentionDays, 'must be a value of RetentionDays (aws-cdk-lib/aws-logs)'),
  alarmEmails: z
    .array(z.email('must be an email address'))
    .min(1, 'must name at least one recipient: an alarm that nobody gets is none'),
  monthlyBudgetUsd: z.number().positive(),
  tags: z.record(z.string(), z.string()),
});

export type StageSettings = z.output<typeof settingsSchema>;
export type StageInput = z.input<typeof settingsSchema>;
