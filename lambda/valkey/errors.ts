import { ToldError } from '../contract/told-error';
import { reasonOf } from '../telemetry/reason';

/** Valkey could not be asked, or did not answer in time. The next tier answers. */
export class ValkeyUnavailableError extends ToldError {
  /** @param connectionLost whether there was no connection, or it ended; as its cause says unless given. */
  constructor(
    reason: string,
    options?: ErrorOptions,
    readonly connectionLost = isConnectionLost(options?.cause),
  ) {
    super(`Valkey is unavailable: ${reason}`, options);
  }
}

/** Valkey answered with an error: the node is well, the command isn't (WRONGTYPE, NOPERM, OOM, ...). */
export class ValkeyCommandError extends ToldError {
  constructor(cause: Error) {
    super(`Valkey refused a command: ${reasonOf(cause)}`, { cause });
  }

  /** The first word of Valkey's error. */
  get code(): string {
    return codeOf(this.cause as Error);
  }

  /** The name of the command; its arguments are what people wrote. */
  get command(): string {
    return (this.cause as { command?: { name?: string } }).command?.name ?? 'unknown';
  }
}

/** Replies with which a node says that it can't serve now, whatever it was asked. */
const NODE_FAILURES = new Set([
  'CLUSTERDOWN',
  'LOADING',
  'MASTERDOWN',
  'READONLY',
  'BUSY',
  'TRYAGAIN',
  // The cluster client follows these itself; a command on a connection of its own meets them.
  'MOVED',
  'ASK',
  'NOAUTH',
  'WRONGPASS',
]);

/** @returns whether the reply is about this command alone. */
export function isCommandError(error: unknown): error is Error {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return false;
  return !NODE_FAILURES.has(codeOf(error)) && !error.message.startsWith('ERR max number of clients');
}

/** @returns whether the connection ended, or could not be opened, because the other side ended it. */
export function isConnectionLost(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    /^(Connection is closed|Stream isn't writeable)|ECONNRESET|EPIPE/.test(error.message) ||
    isConnectionLost(error.cause)
  );
}

/** @returns whether the error came before any reply could, so that asking the slot's owner again may help at once. */
export function isWorthARetry(error: unknown): boolean {
  return (
    error instanceof Error &&
    (error.message === 'Connection is closed.' || /^(READONLY|MOVED|TRYAGAIN)/.test(error.message))
  );
}

function codeOf(error: Error): string {
  return error.message.split(' ', 1)[0] ?? '';
}
