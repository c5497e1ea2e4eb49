import type { APIGatewayProxyResult } from 'aws-lambda';
import type * as z from 'zod';
import type { Lazy } from '../contract/lazily';
import type { RequestContext } from '../telemetry/request';

type Output<S> = S extends Lazy<infer Schema extends z.ZodType> ? z.output<Schema> : undefined;

/** Where a caller reads what this API can do: each problem links there. */
export const OPENAPI_PATH = '/v1/openapi.json';

/** What a body may have unless its operation says otherwise. */
export const MOST_BODY_BYTES = 16_384;

/** One operation of the API: the source of its validation, of its part of the OpenAPI document and of docs/api.md. */
export interface Operation {
  operationId: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With parameters as `{name}`; one at the end that takes the rest of the path, slashes and all, as `{name+}`. */
  path: string;
  summary: string;
  description?: string;
  pathParameters?: Lazy<z.ZodType>;
  query?: Lazy<z.ZodType>;
  /** By their names in lower case; other headers are let through unseen. */
  headers?: Lazy<z.ZodType>;
  body?: Lazy<z.ZodType>;
  /** Largest body in bytes; {@link MOST_BODY_BYTES} unless given. */
  mostBodyBytes?: number;
  /** By status. Those that every operation can give are added by the document. */
  responses: Lazy<Readonly<Record<number, OperationResponse>>>;
}

export interface OperationResponse {
  description: string;
  /** Of its JSON. */
  schema?: z.ZodType;
  /** Of what is not JSON. */
  mediaTypes?: readonly string[];
  headers?: Readonly<Record<string, string>>;
}

/** A request whose parts have passed the operation's schemas. */
export interface ValidRequest<O extends Operation> {
  path: Output<O['pathParameters']>;
  query: Output<O['query']>;
  body: Output<O['body']>;
  headers: Output<O['headers']>;
  context: RequestContext;
}

/** An operation with the function that carries it out. */
export interface Route {
  operation: Operation;
  handle: (request: ValidRequest<Operation>) => Promise<APIGatewayProxyResult>;
}

/** Joins an operation with what carries it out; the handler sees the types of the schemas. */
export function route<O extends Operation>(
  operation: O,
  handle: (request: ValidRequest<O>) => Promise<APIGatewayProxyResult>,
): Route {
  return { operation, handle: handle };
}

/** @returns a JSON response; the body is sent as it is if it is a string already. */
export function json(statusCode: number, body: unknown, headers: Record<string, string> = {}): APIGatewayProxyResult {
  return {
    statusCode,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}
