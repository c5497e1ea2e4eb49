/** What to do where {@link lacksCredentials}. */
export const SIGN_IN = 'there are no valid AWS credentials. Sign in (aws sso login) and set AWS_PROFILE';

/** The errors of AWS and of its SDK that come of credentials: none are there, or those that are do not hold. */
export const NOT_SIGNED_IN =
  /CredentialsProvider|load credentials|TokenProvider|Expired|ClientTokenId|UnrecognizedClient|Signature|AuthFailure/;

/** @returns whether AWS could not be asked, or refused, because of who asks. */
export const lacksCredentials = ({ name, message }: Error): boolean => NOT_SIGNED_IN.test(`${name}: ${message}`);

/** The errors of a network on which AWS cannot be asked. */
export const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|TimeoutError|NetworkingError/;

/**
 * Of an error that comes of credentials or of the network, what to do; any other stays as it is.
 * @param more how else to sign in @param region where the Region comes from
 */
export function wayOut(cause: unknown, more: string, region: string): unknown {
  if (!(cause instanceof Error)) return cause;
  if (lacksCredentials(cause)) return new Error(`The account can't be read: ${SIGN_IN}${more}.`);
  if (!UNREACHABLE.test(`${cause.name} ${(cause as NodeJS.ErrnoException).code ?? ''} ${cause.message}`)) return cause;
  return new Error(`AWS could not be reached. Check the network, ${region} and AWS_ENDPOINT_URL.`, { cause });
}

/** @returns undefined where nothing has the name that was asked for: that is no error here, everything else is. */
export async function orNothing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    const { name, message } = error as Error;
    // CloudFormation has one error for everything that is wrong with a request.
    if (/(Resource|DBInstance|DBProxy)NotFound/.test(name) || message.includes('does not exist')) return undefined;
    throw error;
  }
}
