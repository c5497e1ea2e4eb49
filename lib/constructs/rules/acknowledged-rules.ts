import type { IConstruct } from 'constructs';
import type { StageSettings } from '../../stages/settings';
import { acknowledge } from './acknowledge';

/**
 * Findings of NIST 800-53 that are accepted for the whole stage, with the reason. What concerns one resource stands
 * beside it.
 */
const ACCEPTED = {
  'NIST.800.53.R5-SNSEncryptedKMS':
    'ElastiCache publishes to unencrypted topics only (ElastiCacheSNS). Events and alarms name nodes and ' +
    'metrics, no data.',
  'NIST.800.53.R5-CloudWatchLogGroupEncrypted':
    'CloudWatch Logs encrypts every group with keys of its own; the logs hold no query, no body and no key of ' +
    'a person.',
  'NIST.800.53.R5-IAMNoInlinePolicy':
    'Each role has exactly one policy, of its own; as a managed policy it could be attached elsewhere.',
  'NIST.800.53.R5-LambdaDLQ':
    'Search is invoked synchronously, its caller gets the error; what invokes the warm-up asynchronously has ' +
    'an on-failure queue.',
  'NIST.800.53.R5-APIGWCacheEnabledAndEncrypted':
    'Answers are cached in Valkey, under keys that hold the version of the catalogue.',
  'NIST.800.53.R5-APIGWSSLEnabled':
    'The integration is a Lambda function, which is called by AWS with SigV4; there is no HTTP backend to show ' +
    'a certificate to.',
};

/** Accepts for a stage what its resources have no better answer to. */
export function acknowledgeRules(stage: IConstruct, { api, cache }: StageSettings): void {
  acknowledge(stage, {
    ...ACCEPTED,
    'NIST.800.53.R5-ElastiCacheRedisClusterAutomaticBackup': cache.retainData
      ? 'It asks for 15 days. Nothing in a snapshot lives longer than 7 days: an older one would keep what people ' +
        'said and restore nothing.'
      : 'This stage keeps no data that a warm-up does not rebuild.',
  });
  if (api.exposure === 'private')
    acknowledge(stage, {
      'NIST.800.53.R5-APIGWAssociatedWithWAF':
        'A private API is reached through its VPC endpoint only, by named principals; a regional one has WAF in front.',
    });
}
