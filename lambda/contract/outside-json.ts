import { ToldError } from './told-error';

/** Text that should be JSON and is not. It says where the text came from and never what it holds. */
class UnreadableJsonError extends ToldError {
  constructor(
    /** Where the text stands, such as `the secret <arn>`; no id of a person. */
    readonly where: string,
  ) {
    super(`${where} is not JSON.`);
  }
}

/**
 * The one reader of JSON that comes from outside this process. The error of JSON.parse quotes the text that it could
 * not read: a password, or what somebody said.
 * @param where what the error names in its place.
 * @throws UnreadableJsonError
 */
export function readJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new UnreadableJsonError(where);
  }
}
