import { CfnGatewayResponse } from 'aws-cdk-lib/aws-apigateway';
import type { CarFinStage } from '../../carfin-stage';
import { REGION } from './emulator';
import type { Rehearsal } from './rehearsal';
import { output } from './state';

const RESPONSE = 'INVALID_SIGNATURE';

/** @returns what API Gateway itself says of a signature that does not match: no function is asked. */
export async function wordsOfGateway({ emulator }: Rehearsal): Promise<string> {
  const { AWS_ACCESS_KEY_ID: key = '', AWS_SESSION_TOKEN: token = '' } = process.env;
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${key}/${date.slice(0, 8)}/${REGION}/execute-api/aws4_request`;
  const response = await fetch(`${emulator.url}/_aws/execute-api/${await output('ApiId')}/live/v1/health`, {
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
      'x-amz-date': date,
      'x-amz-security-token': token,
    },
  });
  return `${response.status} ${await response.text()}`;
}

/** Changes the text of that answer, as an edit of lib/constructs/api/problem-responses.ts would. */
export function otherWords({ service }: CarFinStage, detail: string): void {
  const response = service.api.node.findChild('Problems').node.findChild(RESPONSE);
  if (!(response instanceof CfnGatewayResponse)) throw new Error(`The API has no answer to ${RESPONSE}.`);
  response.responseTemplates = { 'application/json': JSON.stringify({ detail }) };
}
