/** What to do where {@link lacksCredentials}. */
export const SIGN_IN = 'there are no valid AWS credentials. Sign in (aws sso login) and set AWS_PROFILE';

/** @returns whether AWS could not be asked, or refused, because of who asks. */
export const lacksCredentials = ({ name, message }: Error): boolean =>
  /Credential|Token|Expired|UnrecognizedClient|Signature/i.test(`${name}: ${message}`);
