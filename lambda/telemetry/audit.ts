import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { sealedLine, type AuditLine } from '../contract/audit';
import type { PeopleKey } from '../contract/people-key';
import type { RequestContext } from './request';
import { signerOf } from './signer';

type Gateway = APIGatewayProxyEvent['requestContext'];

/**
 * Says who read, changed or removed what people said. A line goes to standard output, so that no answer waits for it
 * and nothing in the VPC has to reach CloudWatch; a subscription brings it to the audit log (lambda/audit).
 */
export class Audit {
  constructor(
    private readonly key: PeopleKey,
    // Not the console, which Lambda makes to begin each line with time and request.
    private readonly write: (line: string) => unknown = (line) => process.stdout.write(`${line}\n`),
  ) {}

  /** After a request that passed its checks. What it could not do is told too: a 503 may have been carried out. */
  requested(event: APIGatewayProxyEvent, context: RequestContext, { statusCode }: APIGatewayProxyResult): void {
    const { operation, person, session } = context;
    if (operation === undefined) return;
    // What an event lacks that did not come through API Gateway.
    const { requestId = '' } = (event.requestContext as Partial<Gateway> | undefined) ?? {};
    this.tell({
      at: Date.now(),
      caller: signerOf(event),
      action: operation,
      ...this.named({ person, session }),
      status: statusCode,
      request: requestId,
    });
  }

  /** @param ids of the person and the session. */
  named(ids: { person?: string | undefined; session?: string | undefined }): Pick<AuditLine, 'person' | 'session'> {
    const { person, session } = ids;
    return {
      ...(person === undefined ? {} : { person: this.key.pseudonym('person', person) }),
      ...(session === undefined ? {} : { session: this.key.pseudonym('session', session) }),
    };
  }

  tell(line: AuditLine): void {
    this.write(sealedLine(line, this.key));
  }
}
