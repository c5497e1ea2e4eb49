import * as z from 'zod';
import { lazily } from '../contract/lazily';
import type { Operation } from '../http/operation';

const dependency = lazily(() =>
  z.object({
    ok: z.boolean().describe('Whether it answers; of Valkey every primary.'),
    milliseconds: z.number().describe('What the check took.'),
    error: z.string().optional(),
  }),
);

export const healthSchema = lazily(() =>
  z
    .object({
      status: z
        .enum(['ok', 'degraded', 'down'])
        .describe('`degraded`: searches are answered, but without one of the tiers, or a part of it.'),
      valkey: dependency(),
      database: dependency(),
      index: z
        .object({
          version: z.string(),
          listings: z.number().int().describe('Rows of the table when it was read.'),
          searchable: z
            .number()
            .int()
            .describe('Those that satisfy the rules of every search. A lease dearer than 1,000,000 fits no budget.'),
          ageSeconds: z.number().int().describe('Since a warm-up last found it to be what the table holds.'),
        })
        .nullable(),
    })
    .meta({ id: 'Health' }),
);

export const getHealth = {
  operationId: 'getHealth',
  method: 'GET',
  path: '/v1/health',
  summary: 'Whether searches can be answered, and the state of what answers them',
  responses: lazily(() => ({
    200: { description: 'Searches can be answered.', schema: healthSchema() },
    503: { description: 'Searches cannot be answered.', schema: healthSchema() },
  })),
} as const satisfies Operation;
