import * as z from 'zod';
import { COLUMN_NAMES, COLUMNS, type ColumnName } from '../rules/listing';
import { flag, integer, integerOr, oneOf, usage } from '../http/parameters';
import { lazily } from '../contract/lazily';
import type { Operation } from '../http/operation';
import { FAMILY_TYPES, PERSONA_IDS } from '../rules/orders';
import { canonical, DEFAULT_LIMIT } from '../rules/question';

const BUDGET = '만원, 10,000 KRW';

/** The parameters of a search, with their defaults. */
export const searchParameters = lazily(() => ({
  budgetMin: integer(0, 1_000_000, BUDGET).describe('Lowest price.'),
  budgetMax: integer(0, 1_000_000, BUDGET).describe('Highest price, at least budgetMin.'),
  persona: oneOf(['none', ...PERSONA_IDS])
    .default('none')
    .describe('Buyer profile; it narrows and orders the listings.'),
  usage: usage()
    .default('any')
    .describe(
      'Free text in Korean. 캠핑, 차박 or `camping` ask for cars to camp with; with a persona it has no effect.',
    ),
  familyType: oneOf(['any', 'single', 'couple', ...FAMILY_TYPES])
    .default('any')
    .describe('Puts the cars that suit the family first; single and couple have no effect.'),
  includeLease: flag().describe('Also show listings that are leases or rentals.'),
  limit: integerOr(DEFAULT_LIMIT, 1, 100).describe('Listings in one answer.'),
  offset: integerOr(0, 0, 10_000).describe('Listings to skip.'),
}));

/** The rule that a budget's two ends have together. */
export const areBudgetsInOrder = ({ budgetMin, budgetMax }: { budgetMin: number; budgetMax: number }): boolean =>
  budgetMin <= budgetMax;

/** Judged only where both ends are numbers: of a bad value nothing else can be said. */
export const BUDGETS_IN_ORDER = {
  path: ['budgetMax'] as string[],
  message: 'must be at least budgetMin',
  when: ({ issues }: z.core.ParsePayload): boolean =>
    !issues.some(({ path: [name] = [] }) => name === 'budgetMin' || name === 'budgetMax'),
};

/** One listing: all 18 columns, NULLs kept. */
export const listingSchema = lazily(() => {
  const number = z.number().int().nullable();
  const string = z.string().nullable();
  const column = (name: ColumnName) => [name, COLUMNS[name] === 'number' ? number : string];
  return z
    .object({
      ...(Object.fromEntries(COLUMN_NAMES.map(column)) as Record<string, typeof number | typeof string>),
      vehicle_id: z.number().int(),
    })
    .meta({ id: 'Listing', description: 'Prices in 만원, distance in km, first_registration_date as yyyymmdd.' });
});

export const searchAnswerSchema = lazily(() =>
  z
    .object({
      total: z.number().int().describe('All matches, not only those of this answer.'),
      limit: z.number().int(),
      offset: z.number().int(),
      vehicles: z.array(listingSchema()),
    })
    .meta({ id: 'SearchAnswer' }),
);

export const searchVehicles = {
  operationId: 'searchVehicles',
  method: 'GET',
  path: '/v1/vehicles/search',
  summary: 'Search the catalogue',
  description:
    'The listings within a budget that suit a buyer, best first. A failure never looks like an empty answer: ' +
    'when the answer cannot be known the status is 503.',
  query: lazily(() =>
    z.strictObject(searchParameters()).refine(areBudgetsInOrder, BUDGETS_IN_ORDER).transform(canonical),
  ),
  responses: lazily(() => ({
    200: {
      description: 'The page of listings asked for.',
      schema: searchAnswerSchema(),
      headers: {
        'X-Cache': 'Which tier answered: `memory` (of the function), `hit` (a stored answer), `index` or `database`.',
        'Server-Timing': 'Where the time went, in ms: `valkey`, `database`, `total`.',
      },
    },
  })),
} as const satisfies Operation;
