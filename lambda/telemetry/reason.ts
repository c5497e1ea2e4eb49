import { ToldError } from '../contract/told-error';

/** What PostgreSQL's codes mean to whoever is on call (PostgreSQL documentation, appendix A). */
const SQLSTATES: Readonly<Record<string, string>> = {
  '08006': 'the connection broke',
  '28000': 'login refused',
  '28P01': 'the password or token is wrong',
  '3D000': 'there is no such database',
  '42501': 'permission denied',
  '42703': 'a column is missing',
  '42P01': 'the table is missing',
  '53300': 'too many connections',
  '57014': 'the statement ran out of time',
  '57P01': 'the server is shutting down',
  '57P03': 'the server is starting',
};

/** Messages of the clients that are the same for every request. */
const CONSTANT = [
  // pg
  'timeout exceeded when trying to connect',
  'Query read timeout',
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'The server does not support SSL connections',
  // iovalkey
  'Command timed out',
  'timeout',
  'Connection is closed.',
  'Connection is aborted',
  'Command aborted due to connection close',
  'Node is disconnected',
  'Cluster is disconnected.',
  'Cluster is disconnecting.',
  'Cluster is ended.',
  'Failed to refresh slots cache.',
  'None of startup nodes is available',
  'Too many Cluster redirections.',
  "Cluster isn't ready and enableOfflineQueue options is false",
  "Stream isn't writeable and enableOfflineQueue options is false",
];

/** Of iovalkey, with its own setting. */
const SOCKET_TIMEOUT = /^Socket timeout\. Expecting data, but didn't receive any in \d+ms\.$/;

/**
 * What may be told of an error in a log or an answer: the whole message of our own, of a dependency's its kind and
 * code. A dependency's message quotes what it was given: a secret, a key with the id of a person, a value.
 */
export function reasonOf(error: unknown): string {
  if (error instanceof ToldError) return error.message;
  if (!(error instanceof Error)) return 'something that is no error was thrown';
  const code = codeOf(error);
  const constant = SOCKET_TIMEOUT.exec(error.message)?.[0] ?? CONSTANT.find((each) => each === error.message);
  if (code === undefined) {
    if (constant !== undefined) return constant;
    return error.cause instanceof Error ? reasonOf(error.cause) : `${kindOf(error)} without a code`;
  }
  if (/CERT|ISSUER|SIGNATURE/.test(code)) return `the certificate is refused (${code})`;
  const meaning = SQLSTATES[code] ?? constant;
  return meaning === undefined ? code : `${meaning} (${code})`;
}

/**
 * @returns the code of the system, of PostgreSQL, or the first word of Valkey's reply; undefined where an error has
 * none. A code is capitals and digits: what is anything else may be a value.
 */
export function codeOf(error: Error): string | undefined {
  const { code, lastNodeError } = error as { code?: unknown; lastNodeError?: unknown };
  if (lastNodeError instanceof Error) return codeOf(lastNodeError);
  if (typeof code === 'string' && /^[A-Z0-9][A-Z0-9_]{2,60}$/.test(code)) return code;
  if (error.name !== 'ReplyError') return undefined;
  return /^[A-Z]{2,20}(?= )/.exec(error.message)?.[0];
}

/** @returns the class of an error by its name, where it looks like one. */
export function kindOf({ name }: Error): string {
  return /^[A-Za-z]{1,60}$/.test(name) ? name : 'Error';
}
