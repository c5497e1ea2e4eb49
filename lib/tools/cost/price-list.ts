import { paginateGetProducts, PricingClient } from '@aws-sdk/client-pricing';
import * as z from 'zod';
import { lacksCredentials, SIGN_IN } from '../text/aws-errors';
import type { ListedProduct } from './listed-products';

/**
 * The Price List API has endpoints in few Regions, which need not be that of the prices (Billing guide,
 * price-list-query-api).
 */
const ENDPOINT_REGION = 'us-east-1';

/** One product of GetProducts, as far as it is read. Reserved nodes are terms of their own beside OnDemand. */
const listed = z.object({
  product: z.object({ attributes: z.record(z.string(), z.string()) }),
  terms: z.object({
    OnDemand: z
      .record(
        z.string(),
        z.object({
          priceDimensions: z.record(
            z.string(),
            z.object({ beginRange: z.string().optional(), pricePerUnit: z.record(z.string(), z.string()) }),
          ),
        }),
      )
      .default({}),
  }),
});
type Listed = z.output<typeof listed>;

/** A price of ours beside that of the list. */
export interface PriceBeside {
  product: ListedProduct;
  /** In the unit of the built-in price; undefined if the list has none, or several. */
  usd: number | undefined;
  /** Why it is undefined. */
  why?: string;
}

/**
 * Looks prices on demand up in AWS's Price List. A service that can't be asked costs only its own prices.
 * @param region of the prices
 */
export async function lookUp(
  products: readonly ListedProduct[],
  region: string,
  client = new PricingClient({ region: ENDPOINT_REGION }),
): Promise<PriceBeside[]> {
  // Products of the same question are asked for once.
  const questions = new Map<string, Promise<Listed[]>>();
  return Promise.all(
    products.map(async (product): Promise<PriceBeside> => {
      const { serviceCode, attributes } = product;
      const key = JSON.stringify([serviceCode, attributes]);
      const asked = questions.get(key) ?? ask(client, serviceCode, { ...attributes, regionCode: region });
      questions.set(key, asked);
      try {
        return { product, ...priceOf(product, await asked) };
      } catch (error) {
        return { product, usd: undefined, why: explained(error as Error) };
      }
    }),
  );
}

async function ask(
  client: PricingClient,
  ServiceCode: string,
  attributes: Readonly<Record<string, string>>,
): Promise<Listed[]> {
  const Filters = Object.entries(attributes).map(([Field, Value]) => ({ Type: 'TERM_MATCH' as const, Field, Value }));
  const found: Listed[] = [];
  for await (const page of paginateGetProducts({ client }, { ServiceCode, Filters })) {
    const { PriceList = [] } = page as { PriceList?: unknown[] };
    found.push(...PriceList.map((item) => listed.parse(JSON.parse(String(item)))));
  }
  return found;
}

/** The first tier that costs something: free tiers are left out of the built-in prices too. */
function priceOf({ usage, units }: ListedProduct, all: readonly Listed[]): Pick<PriceBeside, 'usd' | 'why'> {
  const prices = all
    .filter(({ product: { attributes } }) => usage.test(attributes.usagetype ?? ''))
    .flatMap(({ terms }) => Object.values(terms.OnDemand))
    .flatMap(({ priceDimensions }) => Object.values(priceDimensions))
    .filter(({ beginRange = '0' }) => beginRange === '0')
    .map(({ pricePerUnit }) => Number(pricePerUnit.USD))
    .filter((usd) => usd > 0);
  const [usd, ...others] = new Set(prices);
  if (usd === undefined) return { usd, why: 'the list has no such price for this Region' };
  if (others.length > 0) return { usd: undefined, why: `the list has several: ${[usd, ...others].join(', ')}` };
  return { usd: usd * units };
}

function explained(error: Error): string {
  const { name, message } = error;
  const words = `${name}: ${message}`;
  if (/AccessDenied|not authorized/i.test(words))
    return (
      'these credentials may not read prices. Allow pricing:GetProducts on *, or set AWS_PROFILE to a profile ' +
      'that may'
    );
  if (lacksCredentials(error)) return SIGN_IN;
  return `the Price List could not be asked (${words.split('\n', 1)[0] ?? ''})`;
}
