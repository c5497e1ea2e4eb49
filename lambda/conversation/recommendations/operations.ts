import * as z from 'zod';
import { lazily } from '../../contract/lazily';
import type { Operation } from '../../http/operation';
import { integerOr, userPath } from '../../http/parameters';
import { canonical, DEFAULT_LIMIT } from '../../rules/question';
import { areBudgetsInOrder, BUDGETS_IN_ORDER, listingSchema, searchParameters } from '../../search/search-vehicles';

export const getRecommendations = {
  operationId: 'getRecommendations',
  method: 'GET',
  path: '/v1/users/{userId}/recommendations',
  summary: 'Recommend listings to a person',
  description:
    'The 300 best listings of the search, reordered by what was learned about the person, each with a reason ' +
    'in Korean: what of it meets which taste and which need of the search. A listing beyond these is not ' +
    'recommended, however much the person likes it: narrow the search for it. A person of whom nothing is known gets ' +
    'the order of the search.',
  pathParameters: userPath,
  query: lazily(() =>
    z
      .strictObject(searchParameters())
      .omit({ offset: true })
      .extend({ limit: integerOr(DEFAULT_LIMIT, 1, 50).describe('Recommendations in the answer.') })
      .refine(areBudgetsInOrder, BUDGETS_IN_ORDER)
      .transform((given) => canonical({ ...given, offset: 0 })),
  ),
  responses: lazily(() => ({
    200: {
      description: 'The recommendations, best first.',
      schema: z.object({
        total: z.number().int().describe('All listings that match the search.'),
        limit: z.number().int(),
        personalised: z.boolean().describe('Whether preferences decided the order.'),
        preferencesVersion: z
          .number()
          .int()
          .nullable()
          .describe('Which preferences; 0 if nothing is known of the person, null if they cannot be read now.'),
        recommendations: z.array(
          z.object({
            vehicle: listingSchema(),
            score: z.number().describe('The higher, the better; comparable within one answer.'),
            reason: z.string().describe('Why, in Korean: what of this listing meets what.'),
          }),
        ),
      }),
    },
  })),
} as const satisfies Operation;
