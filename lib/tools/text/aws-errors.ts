/** What to do where {@link lacksCredentials}. */
export const SIGN_IN = 'there are no valid AWS credentials. Sign in (aws sso login) and set AWS_PROFILE';

/** The errors of AWS and of its SDK that come of credentials: none are there, or those that are do not hold. */
export const NOT_SIGNED_IN =
  /CredentialsProvider|load credentials|TokenProvider|Expired|ClientTokenId|UnrecognizedClient|Signature|AuthFailure/;

/** @returns whether AWS could not be asked, or refused, because of who asks. */
export const lacksCredentials = ({ name, message }: Error): boolean => NOT_SIGNED_IN.test(`${name}: ${message}`);

/** The errors of a network on which AWS cannot be asked. */
export const UNREACHABLE = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|TimeoutError|NetworkingError/;

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
