import type { APIGatewayProxyEvent } from 'aws-lambda';

/** @returns the ARN whose signature API Gateway checked; an event that did not come through it is of nobody. */
export function signerOf({ requestContext }: APIGatewayProxyEvent): string {
  const identity = (requestContext as Partial<typeof requestContext> | undefined)?.identity;
  return identity?.userArn ?? identity?.caller ?? 'unsigned';
}
