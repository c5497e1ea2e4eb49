import { NOT_SIGNED_IN, UNREACHABLE } from '../../text/aws-errors';
import { OperationError } from '../report/errors';

/** How AWS's errors are recognised, and what to do. The first that fits counts. */
const EXPLANATIONS: readonly (readonly [RegExp, (stage: string, groupId: string) => string])[] = [
  [/Expired/, () => 'The AWS credentials have expired. Sign in again (aws sso login).'],
  [
    NOT_SIGNED_IN,
    (_, groupId) =>
      'There are no valid AWS credentials. Sign in (aws sso login) and set AWS_PROFILE to a profile with the ' +
      `role ${groupId}-operator.`,
  ],
  [
    /AccessDenied|AuthorizationError|UnauthorizedOperation|not authorized/i,
    (_, groupId) =>
      `These credentials may not do this. The role ${groupId}-operator may: set AWS_PROFILE to a profile that ` +
      'assumes it (docs/operations.md).',
  ],
  [
    /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown/,
    () =>
      'AWS is throttling. Wait half a minute and try again; with --watch choose a longer interval. If it is ' +
      'the function that is throttled, its concurrency is used up.',
  ],
  [
    /NotFound|does not exist|ResourceNotFoundException/,
    (stage) =>
      `It is not in this account and region. Is stage ${stage} deployed (npm run preflight -- --stage ` +
      `${stage}), and is this its account?`,
  ],
  [UNREACHABLE, () => 'AWS could not be reached. Check the network, the region of the stage and AWS_ENDPOINT_URL.'],
];

/** Wraps calls of AWS's control APIs for one stage. */
export class AwsCalls {
  constructor(
    private readonly stage: string,
    private readonly groupId: string,
  ) {}

  /** @param what is being done, for the message. @throws OperationError */
  async run<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw this.explained(what, error as Error & { code?: string });
    }
  }

  private explained(what: string, error: Error & { code?: string }): Error {
    if (error instanceof OperationError) return error;
    const words = `${error.name} ${error.code ?? ''} ${error.message}`;
    const way = EXPLANATIONS.find(([pattern]) => pattern.test(words))?.[1];
    const advice = way === undefined ? '' : `\n${way(this.stage, this.groupId)}`;
    return new OperationError(`${what} failed: ${error.name}: ${error.message}${advice}`, undefined, { cause: error });
  }
}
