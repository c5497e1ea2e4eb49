import * as z from 'zod';
import { lazily } from '../contract/lazily';
import { OPENAPI_PATH, type Operation } from '../http/operation';

export const getOpenApi = {
  operationId: 'getOpenApi',
  method: 'GET',
  path: OPENAPI_PATH,
  summary: 'This API as an OpenAPI 3.1 document',
  description: 'Every caller may read it. `servers` is where it was asked for.',
  responses: lazily(() => ({
    200: {
      description: 'The document.',
      schema: z
        .looseObject({ openapi: z.string(), info: z.looseObject({}), paths: z.looseObject({}) })
        .meta({ description: 'OpenAPI 3.1.' }),
    },
  })),
} as const satisfies Operation;
