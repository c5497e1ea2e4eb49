import { GetProductsCommand, PricingClient } from '@aws-sdk/client-pricing';
import { mockClient } from 'aws-sdk-client-mock';
import { estimate } from '../../../../lib/cost/estimate';
import { parseSettings } from '../../../../lib/stages/parse-settings';
import { differences, livePrices } from '../../../../lib/tools/cost/beside';
import { listedProducts } from '../../../../lib/tools/cost/listed-products';
import { lookUp } from '../../../../lib/tools/cost/price-list';
import { prod } from '../../../support/stages';

const pricing = mockClient(PricingClient);
const settings = parseSettings('prod', { ...prod, monthlyBudgetUsd: 100_000 });
const products = listedProducts('cache.r7g.large');
const REGION = 'ap-northeast-2';

beforeEach(() => pricing.reset());

/** A product as GetProducts answers it (a text of JSON), with a tier for each begin of a range. */
function listed(servicecode: string, usagetype: string, tiers: Record<string, string>, more: object = {}): string {
  const priceDimensions = Object.fromEntries(
    Object.entries(tiers).map(([beginRange, USD]) => [
      `SKU.JRTCKXETXF.${beginRange}`,
      { unit: 'x', beginRange, endRange: 'Inf', appliesTo: [], pricePerUnit: { USD } },
    ]),
  );
  return JSON.stringify({
    product: { productFamily: 'x', sku: 'SKU', attributes: { servicecode, usagetype, regionCode: REGION, ...more } },
    serviceCode: servicecode,
    terms: {
      OnDemand: { 'SKU.JRTCKXETXF': { offerTermCode: 'JRTCKXETXF', priceDimensions } },
      Reserved: {
        'SKU.6QCMYABX3D': { priceDimensions: { x: { unit: 'Quantity', pricePerUnit: { USD: '1143.7056' } } } },
      },
    },
    version: '20261101000000',
    publicationDate: '2026-11-01T00:00:00Z',
  });
}

/** Answers of the services that a test is about; the others have no products. */
function answer(services: Readonly<Record<string, string[]>>): void {
  pricing.on(GetProductsCommand).callsFake(({ ServiceCode }: { ServiceCode: string }) => ({
    FormatVersion: 'aws_v1',
    PriceList: services[ServiceCode] ?? [],
  }));
}

const NODE = listed('AmazonElastiCache', 'APN2-NodeUsage:cache.r7g.large', { 0: '0.2000000000' });

test('asks by Region and attributes, each question once', async () => {
  answer({});
  await lookUp(products, REGION);
  const asked = pricing.commandCalls(GetProductsCommand).map(({ args: [{ input }] }) => input);
  expect(asked.find(({ ServiceCode }) => ServiceCode === 'AmazonElastiCache')?.Filters).toEqual([
    { Type: 'TERM_MATCH', Field: 'instanceType', Value: 'cache.r7g.large' },
    { Type: 'TERM_MATCH', Field: 'cacheEngine', Value: 'Valkey' },
    { Type: 'TERM_MATCH', Field: 'regionCode', Value: 'ap-northeast-2' },
  ]);
  expect(asked.filter(({ ServiceCode }) => ServiceCode === 'AWSLambda')).toHaveLength(1);
});

test('the first tier that costs something, in the unit of the built-in price, among neighbours', async () => {
  answer({
    AmazonElastiCache: [NODE],
    AWSLambda: [
      listed('AWSLambda', 'APN2-Lambda-GB-Second', { 0: '0.0000166667' }),
      listed('AWSLambda', 'APN2-Lambda-GB-Second-ARM', { 0: '0.0000133334', 7500000000: '0.0000120001' }),
      listed('AWSLambda', 'APN2-Lambda-Provisioned-GB-Second-ARM', { 0: '0.0000077778' }),
      listed('AWSLambda', 'APN2-Request-ARM', { 0: '0.0000002000' }),
    ],
    AmazonCloudWatch: [
      listed('AmazonCloudWatch', 'APN2-CW:MetricMonitorUsage', { 10000: '0.1000000000', 0: '0.3000000000' }),
      listed('AmazonCloudWatch', 'APN2-CW:HighResAlarmMonitorUsage', { 0: '0.3000000000' }),
      listed('AmazonCloudWatch', 'APN2-CW:AlarmMonitorUsage', { 0: '0.1000000000' }),
    ],
  });
  const found = Object.fromEntries((await lookUp(products, REGION)).map(({ product: { name }, usd }) => [name, usd]));
  expect(found).toMatchObject({ 'cache.r7g.large': 0.2, lambdaGBs: 0.0000133334, metric: 0.3, alarm: 0.1 });
  expect(found.lambdaRequests).toBeCloseTo(0.2, 10);
  expect(found.provisionedGBs).toBeUndefined();
});

test('the estimate takes the price of the list, and the difference is named', async () => {
  answer({ AmazonElastiCache: [NODE] });
  const beside = await lookUp(products, REGION);
  const nodes = estimate(settings, undefined, livePrices(beside, '2026-11-26')).lines.find(({ what }) =>
    what.endsWith('nodes'),
  );
  expect(nodes?.usd).toBeCloseTo((nodes?.quantity ?? NaN) * 0.2, 2);
  expect(nodes).toMatchObject({ verified: true, source: 'Price List of AWS, 2026-11-26' });
  expect(differences(beside)).toContain('cache.r7g.large: 0.2 USD in the Price List, 0.21 built in (-5 %)');
});

test('several prices of one thing are told, not guessed', async () => {
  const other = listed('AmazonElastiCache', 'APN2-NodeUsage:cache.r7g.large', { 0: '0.3' });
  answer({ AmazonElastiCache: [NODE, other] });
  expect(differences(await lookUp(products, REGION)).join('\n')).toContain(
    'Built-in price used for cache.r7g.large: the list has several: 0.2, 0.3.',
  );
});

test.each([
  [
    'AccessDeniedException',
    'User: x is not authorized to perform: pricing:GetProducts',
    'Allow pricing:GetProducts on *',
  ],
  ['CredentialsProviderError', 'Could not load credentials from any providers', 'aws sso login'],
  ['Error', 'getaddrinfo ENOTFOUND api.pricing.us-east-1.amazonaws.com', 'could not be asked'],
])('%s: the built-in prices are used, and the way out is told', async (name, message, wayOut) => {
  pricing.on(GetProductsCommand).rejects(Object.assign(new Error(message), { name }));
  const beside = await lookUp(products, REGION);
  expect(estimate(settings, undefined, livePrices(beside, ''))).toEqual(estimate(settings));
  const told = differences(beside);
  expect(told[0]).toBe('0 of 16 prices were found in the Price List, 0 of them as built in.');
  expect(told[1]).toMatch(/^Built-in price used for cache\.r7g\.large, snapshotGiB, .*secret: /);
  expect(told[1]).toContain(wayOut);
});
