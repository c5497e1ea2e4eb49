import { ToldError } from '../../../../lambda/contract/told-error';
import { REFUSALS } from '../../../../lambda/levers/request';

/** How the command line ends; docs/operations.md lists them for scripts. */
export const EXIT = {
  /** Nothing needs attention. */
  ok: 0,
  /** It worked, and what it found needs attention: an alarm, a missed promise, a check that failed. */
  attention: 1,
  /** Wrong usage or settings. */
  usage: 2,
  /** It could not be asked: credentials, permission, network, throttling, or nothing is running. */
  unreachable: 3,
  /** A lever showed what it would do and was not pulled: `--yes` was missing. */
  notConfirmed: 4,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Something that the person at the keyboard can mend; its message says how. */
export class OperationError extends Error {
  constructor(
    message: string,
    readonly exitCode: ExitCode = EXIT.unreachable,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'OperationError';
  }
}

/** A store that could not be asked, or refused. */
const STORE_ERROR = /^(Valkey|Database)\w*Error$/;

/** The doctor is no help with it: it signs in as search, and each function has a user of its own. */
const FORBIDDEN = /: NOPERM$/;

/** What the functions call an error that has no kind of its own: a word of the code, and none for people. */
const KINDLESS = ToldError.name;

/** @returns what a function failed with: a refusal in its own words, as wrong usage; everything else by its kind. */
export function functionFailed(what: string, errorType: string, errorMessage: string): OperationError {
  return REFUSALS.includes(errorType)
    ? new OperationError(errorMessage, EXIT.usage)
    : new OperationError(
        `${what}${errorType === KINDLESS ? '' : `${errorType}: `}${errorMessage}${wayOut(errorType, errorMessage)}`,
      );
}

function wayOut(errorType: string, errorMessage: string): string {
  if (FORBIDDEN.test(errorMessage))
    return (
      '\nThe access string of this function’s Valkey user (lambda/contract/access.ts) is not what the cluster has: ' +
      'deploy the cache stack.'
    );
  return STORE_ERROR.test(errorType) ? '\nWhich layer fails: npm run ops -- doctor' : '';
}
