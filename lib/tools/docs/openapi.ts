import * as z from 'zod';
import {
  createDocument,
  type ZodOpenApiOperationObject,
  type ZodOpenApiPathsObject,
  type ZodOpenApiResponseObject,
} from 'zod-openapi';
import { OPERATIONS } from '../../../lambda/every-operation';
import { MOST_BODY_BYTES, type Operation, type OperationResponse } from '../../../lambda/http/operation';
import { exampleOf } from './examples';

const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    errors: z
      .array(
        z.object({
          in: z.enum(['query', 'path', 'header', 'body']),
          name: z.string().describe('The parameter; in a body its JSON pointer.'),
          rule: z.string(),
          received: z
            .string()
            .optional()
            .describe('What came, shortened; absent if nothing came, or twice, or no whole text.'),
        }),
      )
      .optional()
      .describe('Each rule that was broken, 50 at most.'),
    reason: z.string().optional().describe("AWS's own words, where it refused the signature or the caller."),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem details.' });

/** What any operation can answer beside its own responses. */
const COMMON: Readonly<Record<number, string>> = {
  400: 'The request breaks a rule; `errors` names each.',
  500: 'Something failed unexpectedly; the request can be repeated.',
  503: 'The answer cannot be known right now; `Retry-After` says when to ask again.',
};
/** And what API Gateway may answer in its stead. */
export const GATEWAY: Readonly<Record<number, string>> = {
  403: 'The request is not signed, its signature does not hold, or there is nothing under this path.',
  413: 'The body is too large.',
  429: 'Too many requests at once; `Retry-After` says when to ask again.',
  502: 'The gateway could not call the function, or could not read its answer.',
  504: 'The function did not answer in time.',
};

/** @returns the OpenAPI 3.1 document of the API, from the schemas that validate its requests. */
export function openApiDocument(): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const operation of OPERATIONS) {
    // OpenAPI has no parameter that takes slashes; the description says that this one does.
    const path = operation.path.replace('+}', '}');
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: toOpenApi(operation) };
  }
  return createDocument({
    openapi: '3.1.0',
    servers: [
      { url: 'http://127.0.0.1:3000', description: 'npm start' },
      {
        url: 'https://{api}.execute-api.ap-northeast-2.amazonaws.com/live',
        description: 'A stage in AWS: the output ApiUrl of its service stack.',
        variables: { api: { default: 'id', description: 'The id of the API, and of its VPC endpoint behind a dash.' } },
      },
    ],
    info: {
      title: 'CarFin',
      version: '1.0.0',
      description:
        'Search, sessions, conversations and preferences of the CarFin AI used-car adviser. In AWS every ' +
        'request is signed (SigV4, service execute-api).',
    },
    // npm start wants no signature.
    security: [{ sigv4: [] }, {}],
    paths,
    components: { securitySchemes: { sigv4: SIGNATURE } },
  });
}

/** OpenAPI knows no signatures: this is how API Gateway writes that it wants one. */
const SIGNATURE = {
  type: 'apiKey',
  in: 'header',
  name: 'Authorization',
  description: 'AWS Signature Version 4, service execute-api: made anew for each request.',
  'x-amazon-apigateway-authtype': 'awsSigv4',
} as const;

const PROBLEM = { 'application/problem+json': { schema: problemSchema } };

/** @param example the body that was received. */
function contentOf(
  status: number,
  { schema, mediaTypes }: OperationResponse,
  example?: unknown,
): Pick<ZodOpenApiResponseObject, 'content'> {
  if (schema !== undefined)
    return { content: { 'application/json': { schema, ...(example === undefined ? {} : { example }) } } };
  if (status >= 400) return { content: PROBLEM };
  return mediaTypes === undefined ? {} : { content: Object.fromEntries(mediaTypes.map((type) => [type, {}])) };
}

function toOpenApi(operation: Operation): ZodOpenApiOperationObject {
  const { operationId, summary, description, pathParameters, query, headers, body } = operation;
  const responses = operation.responses();
  const { request, response: received } = exampleOf(operationId);
  const own = Object.entries(responses).map(([status, response]) => [
    status,
    {
      description: response.description,
      ...contentOf(Number(status), response, Number(status) === received.status ? received.body : undefined),
      ...(response.headers === undefined
        ? {}
        : {
            headers: Object.fromEntries(
              Object.entries(response.headers).map(([name, text]) => [
                name,
                { description: text, schema: { type: 'string' } },
              ]),
            ),
          }),
    },
  ]);
  // A function takes less than API Gateway does.
  const tooLarge = { 413: `The body has more than ${operation.mostBodyBytes ?? MOST_BODY_BYTES} bytes.` };
  const common = Object.entries({ ...COMMON, ...GATEWAY, ...(body === undefined ? {} : tooLarge) })
    .filter(([status]) => !(status in responses))
    .map(([status, text]) => [status, { description: text, content: PROBLEM }]);
  return {
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    ...(pathParameters === undefined && query === undefined && headers === undefined
      ? {}
      : {
          requestParams: {
            ...(pathParameters ? { path: pathParameters() as z.ZodObject } : {}),
            ...(query ? { query: query() as z.ZodObject } : {}),
            ...(headers ? { header: headers() as z.ZodObject } : {}),
          },
        }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: body(), example: request.body } },
          },
        }),
    responses: Object.fromEntries([...own, ...common]) as ZodOpenApiOperationObject['responses'],
  };
}
