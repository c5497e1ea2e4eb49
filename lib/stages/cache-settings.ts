import * as z from 'zod';
import { distinct, id, matching } from './aws-ids';

const CLOCK = '([01]\\d|2[0-3]):[0-5]\\d';

/** The grounds of Korea's Personal Information Protection Act, article 28-8 (1), for a transfer abroad. */
const TRANSFER_GROUNDS = ['consent', 'treaty', 'contract', 'certification', 'recognition'] as const;
const TRANSFER_RULE =
  `must name the ground on which what people said may be copied to another country: ${TRANSFER_GROUNDS.join(', ')} ` +
  '(docs/privacy.md, Other countries)';

/** Another Region's cluster, which follows this stage's. */
const secondary = z.strictObject({
  region: matching(/^[a-z]{2}(-[a-z]+)+-\d$/, 'must be a region such as ap-northeast-1'),
  vpcId: id('vpc'),
  availabilityZones: distinct(z.string()).min(2, 'must be two or more, so that a zone may fail'),
  subnetIds: distinct(id('subnet')),
  /** What people said is copied there: on which ground that is lawful (docs/privacy.md, Other countries). */
  transferGround: z.enum(TRANSFER_GROUNDS, TRANSFER_RULE),
});

/** The replication group. */
export const cache = z.strictObject({
  /** Also the first part of every name, so that it can stand beside a cluster that exists already. */
  replicationGroupId: matching(
    /^[a-z](?!.*--)[a-z0-9-]{0,18}[a-z0-9]$/,
    'must be 2 to 20 lower-case letters, digits and single hyphens, beginning with a letter',
  ),
  nodeType: matching(/^cache\.[a-z0-9]+\.[a-z0-9]+$/, 'must be a node type such as cache.r7g.large'),
  /**
   * Preflight asks which versions ElastiCache offers in the Region: 7.2, 8.0, 8.1, 8.2, 9.0 and 9.1 in November 2026.
   */
  engineVersion: matching(
    /^(7\.[2-9]|[89]\.\d|[1-9]\d\.\d)$/,
    'must be a version of Valkey from 7.2 on, as two numbers such as 7.2 or 8.1',
  ),
  /**
   * Valkey 9.0 and newer: `sync` answers a write when a log across zones holds it. Choose before the first deploy:
   * whether a cluster that exists can be changed is UNVERIFIED.
   */
  durability: z.enum(['sync', 'async', 'disabled'], 'must be sync, async or disabled').optional(),
  shards: z.int().min(1).max(500),
  replicasPerShard: z.int().min(0).max(5, 'must be at most 5: ElastiCache has no more replicas a shard'),
  multiAz: z.boolean(),
  /**
   * Snapshots hold nothing that is not personal data, or rebuilt by a warm-up, and nothing that lives longer than 7
   * days: an older one restores nothing. Chats live one day, so three days bridge a weekend on which nobody saw what
   * was wrong.
   */
  snapshotRetentionDays: z
    .int()
    .min(0)
    .max(
      7,
      'must be at most 7: nothing in a snapshot lives longer, so an older one keeps what people said and ' +
        'restores nothing',
    )
    .default(3),
  /** UTC, at least an hour. */
  snapshotWindow: matching(new RegExp(`^${CLOCK}-${CLOCK}$`), 'must be UTC hours such as 18:00-19:00'),
  /** UTC, at least an hour. */
  maintenanceWindow: matching(
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
  /** Copies of everything in other Regions, for the loss of this one (docs/deploy.md, Another Region). */
  globalDatastore: z
    .strictObject({
      suffix: matching(/^[a-z][a-z0-9-]{0,19}$/, 'must be 1 to 20 lower-case letters, digits and hyphens'),
      /** What AWS made of the suffix: it is known after the first deploy, and the secondary clusters need it. */
      id: z.string().optional(),
      secondaries: z
        .array(secondary)
        .min(1, 'must name a Region: without one there is no copy')
        .max(2, 'must be at most two: a global datastore has no more'),
    })
    .optional(),
  /** `%R~` patterns keep search from writing the index; they are checked on Valkey, and UNVERIFIED on ElastiCache. */
  readOnlyKeyPatterns: z.boolean().default(true),
});
