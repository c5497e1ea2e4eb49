import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { request } from './engines';

type Handler = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>;

/** Members of answers that tests read by name. */
interface Body extends Record<string, unknown> {
  sessionId: string;
  version: number;
  n: number;
  events: Record<string, unknown>[];
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Body;
}

export interface Options {
  query?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Calls a handler as API Gateway would, and reads the JSON of its answer. */
export async function call(handler: Handler, method: string, path: string, options: Options = {}): Promise<Answer> {
  const { query = '', body, headers = {} } = options;
  const event = { ...request(method, path, query, body === undefined ? null : JSON.stringify(body)), headers };
  const answer = await handler(event);
  return {
    status: answer.statusCode,
    headers: answer.headers as Record<string, string>,
    body: JSON.parse(answer.body) as Body,
  };
}
