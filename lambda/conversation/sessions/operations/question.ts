import * as z from 'zod';
import { lazily } from '../../../contract/lazily';
import type { Operation } from '../../../http/operation';
import { oneOf, prose, usage } from '../../../http/parameters';
import { FAMILY_TYPES, PERSONA_IDS } from '../../../rules/orders';
import { listingSchema } from '../../../search/search-vehicles';
import { sessionWrite, writeAnswer, writeResponses } from './write';

const wholeNumber = (min: number, max: number) => {
  const rule = `must be an integer from ${min} to ${max}, or null`;
  return z.int(rule).min(min, rule).max(max, rule).nullable().optional();
};

export const askQuestion = {
  operationId: 'askQuestion',
  method: 'POST',
  path: '/v1/sessions/{sessionId}/questions',
  summary: 'Ask the next question of a session',
  description:
    'Counts the question, merges the changed needs into the session’s search and answers with the listings. A ' +
    'search needs both budgets; once given they stay.',
  ...sessionWrite,
  body: lazily(() =>
    z.strictObject({
      question: prose(2_000).describe('What the person asked; not white space alone.'),
      needs: z
        .strictObject({
          budgetMin: wholeNumber(0, 1_000_000),
          budgetMax: wholeNumber(0, 1_000_000),
          persona: oneOf(['none', ...PERSONA_IDS])
            .nullable()
            .optional(),
          usage: usage().nullable().optional(),
          familyType: oneOf(['any', 'single', 'couple', ...FAMILY_TYPES])
            .nullable()
            .optional(),
          includeLease: z.boolean('must be true, false or null').nullable().optional(),
          limit: wholeNumber(1, 100),
          offset: wholeNumber(0, 10_000).describe('Listings to skip, in this question alone.'),
        })
        .default({})
        .describe(
          'Search parameters that have changed, as in a search; `null` goes back to the default, which budgets have ' +
            'not.',
        ),
    }),
  ),
  responses: lazily(() => ({
    200: {
      description: 'The listings, best first.',
      schema: z.object({
        ...writeAnswer(),
        n: z.number().int().describe('Which question of the session this is.'),
        search: z.record(z.string(), z.unknown()).describe('What was searched for.'),
        total: z.number().int(),
        limit: z.number().int(),
        offset: z.number().int(),
        vehicles: z.array(listingSchema()),
      }),
      headers: { 'X-Cache': 'Which tier answered, as in a search.' },
    },
    ...writeResponses,
  })),
} as const satisfies Operation;
