import { connect, type ConnectionOptions } from 'node:tls';
import { ToldError } from '../contract/told-error';
import { reasonOf } from '../telemetry/reason';

/** Where a connection to Valkey broke: what the engineer on call looks at first. */
type FailureLayer = 'DNS' | 'TCP' | 'TLS' | 'authentication' | 'permission' | 'cluster' | 'unknown';

const BY_CODE: Readonly<Record<string, FailureLayer>> = {
  ENOTFOUND: 'DNS',
  EAI_AGAIN: 'DNS',
  ECONNREFUSED: 'TCP',
  ECONNRESET: 'TCP',
  EHOSTUNREACH: 'TCP',
  ENETUNREACH: 'TCP',
  EPIPE: 'TCP',
  ETIMEDOUT: 'TCP',
};

const BY_MESSAGE: readonly (readonly [RegExp, FailureLayer])[] = [
  [/certificate|altnames|SSL|TLS|wrong version number/i, 'TLS'],
  [/^(WRONGPASS|NOAUTH)/, 'authentication'],
  [/^NOPERM/, 'permission'],
  [/^(CLUSTERDOWN|MASTERDOWN|LOADING)|slots cache|startup nodes/i, 'cluster'],
  [/ETIMEDOUT|Socket timeout/, 'TCP'],
];

/** Connections stand as far as TLS, and what is asked gets no reply. */
export class NoReplyError extends ToldError {
  constructor(cause: Error) {
    super(`the node takes connections and does not reply: ${reasonOf(cause)}`, { cause });
  }
}

/** @returns the layer that failed; "Failed to refresh slots cache" hides it in its last node's error. */
export function failureLayer(error: Error & { code?: string; lastNodeError?: Error }): FailureLayer {
  if (error.lastNodeError) return failureLayer(error.lastNodeError);
  if (error instanceof NoReplyError) return 'cluster';
  const { code = '', message } = error;
  // Node's TLS errors have codes of their own (CERT_HAS_EXPIRED, ERR_TLS_CERT_ALTNAME_INVALID, ...).
  if (/CERT|TLS|SELF_SIGNED/.test(code)) return 'TLS';
  return BY_CODE[code] ?? BY_MESSAGE.find(([pattern]) => pattern.test(message))?.[1] ?? 'unknown';
}

/**
 * Connects once more, only as far as TLS: the client hides why the connections by which it learns the slots failed.
 * @returns the error that says which layer it is, or undefined if the connection stands.
 */
export function connectionError(options: ConnectionOptions, timeoutMs: number): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const socket = connect(options, () => end(undefined));
    const end = (error: Error | undefined) => {
      socket.destroy();
      resolve(error);
    };
    socket.setTimeout(timeoutMs, () => end(Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' })));
    socket.once('error', end);
  });
}
