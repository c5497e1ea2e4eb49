import { ToldError } from '../contract/told-error';

/**
 * A promise that is fulfilled after `ms`, unless it is no longer wanted. A process that stood still meets its timers
 * before the replies that have arrived meanwhile: those are read first.
 */
export function timer(ms: number): { expired: Promise<void>; cancel: () => void } {
  let handle: NodeJS.Timeout | undefined;
  const expired = new Promise<void>((resolve) => {
    handle = setTimeout(() => setImmediate(resolve), ms);
  });
  return { expired, cancel: () => clearTimeout(handle) };
}

/** To race a reply against. */
export async function rejectWhen(
  expired: Promise<void>,
  reason = 'no reply within the deadline of the request',
): Promise<never> {
  await expired;
  throw new ToldError(reason);
}
