import { nodePrice, PRICES, type Price } from '../../cost/prices';

/** One price of ours and how the Price List names what it is of. */
export interface ListedProduct {
  name: string;
  /** The built-in one. */
  price: Price;
  serviceCode: string;
  /** Attributes that narrow the question, beside the Region. */
  attributes: Readonly<Record<string, string>>;
  /** The usage type behind the prefix of its Region, such as `APN2-`. */
  usage: RegExp;
  /** So many of the list's units are one of ours. */
  units: number;
}

const MILLION = 1_000_000;

const product = (
  name: keyof typeof PRICES,
  serviceCode: string,
  usage: RegExp,
  { units = 1, ...attributes }: { units?: number } & Record<string, string | number> = {},
): ListedProduct => ({
  name,
  price: PRICES[name],
  serviceCode,
  usage,
  units,
  attributes: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)])),
});

/** Prices that are not asked for: the list has no product of the Region for them. */
export const NOT_LISTED: readonly (keyof typeof PRICES)[] = ['dashboard', 'zoneGB'];

/** @returns what is looked up for a stage with these nodes. @throws Error for a node type without a built-in price */
export function listedProducts(nodeType: string): ListedProduct[] {
  return [
    {
      name: nodeType,
      price: nodePrice(nodeType),
      serviceCode: 'AmazonElastiCache',
      attributes: { instanceType: nodeType, cacheEngine: 'Valkey' },
      usage: /(^|-)NodeUsage:/,
      units: 1,
    },
    product('snapshotGiB', 'AmazonElastiCache', /(^|-)BackupUsage$/, { productFamily: 'Storage Snapshot' }),
    product('lambdaRequests', 'AWSLambda', /(^|-)Request-ARM$/, { units: MILLION }),
    product('lambdaGBs', 'AWSLambda', /(^|-)Lambda-GB-Second-ARM$/),
    product('provisionedGBs', 'AWSLambda', /(^|-)Lambda-Provisioned-Concurrency-ARM$/),
    product('apiRequests', 'AmazonApiGateway', /(^|-)(Amazon)?ApiGateway-?Request$/, { units: MILLION }),
    product('webAcl', 'awswaf', /(^|-)WebACLV2$/),
    product('webRule', 'awswaf', /(^|-)RuleV2$/),
    product('webRequests', 'awswaf', /(^|-)RequestV2-Tier1$/, { units: MILLION }),
    product('endpointHours', 'AmazonVPC', /(^|-)VpcEndpoint-Hours$/, { productFamily: 'VpcEndpoint' }),
    product('logGB', 'AmazonCloudWatch', /(^|-)DataProcessing-Bytes$/, { operation: 'PutLogEvents' }),
    product('alarm', 'AmazonCloudWatch', /(^|-)CW:AlarmMonitorUsage$/),
    product('compositeAlarm', 'AmazonCloudWatch', /(^|-)CW:CompositeAlarmMonitorUsage$/),
    product('metric', 'AmazonCloudWatch', /(^|-)CW:MetricMonitorUsage$/),
    product('kmsKey', 'awskms', /(^|-)KMS-Keys$/),
    product('secret', 'AWSSecretsManager', /(^|-)AWSSecretsManager-Secrets$/),
  ];
}
