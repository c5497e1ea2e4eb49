import { ToldError } from './told-error';

/**
 * Works with a promise that is fulfilled after `ms`. A process that stood still meets its timers before the replies
 * that have arrived meanwhile: those are read first.
 */
export async function withTimer<T>(ms: number, work: (expired: Promise<void>) => Promise<T>): Promise<T> {
  let handle: NodeJS.Timeout | undefined;
  const expired = new Promise<void>((resolve) => {
    handle = setTimeout(() => setImmediate(resolve), ms);
  });
  try {
    return await work(expired);
  } finally {
    clearTimeout(handle);
  }
}

/** @throws ToldError if the reply takes longer. */
export function within<T>(ms: number, reply: Promise<T>, reason: string): Promise<T> {
  return withTimer(ms, (expired) => Promise.race([reply, rejectWhen(expired, reason)]));
}

/** To race a reply against. */
export async function rejectWhen(
  expired: Promise<void>,
  reason = 'no reply within the deadline of the request',
): Promise<never> {
  await expired;
  throw new ToldError(reason);
}
