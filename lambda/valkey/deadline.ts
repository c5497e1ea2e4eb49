/** A promise that is fulfilled after `ms`, unless it is no longer wanted. */
export function timer(ms: number): { expired: Promise<void>; cancel: () => void } {
  let handle: NodeJS.Timeout | undefined;
  const expired = new Promise<void>((resolve) => (handle = setTimeout(resolve, ms)));
  return { expired, cancel: () => clearTimeout(handle) };
}

/** To race a reply against. */
export async function rejectWhen(expired: Promise<void>): Promise<never> {
  await expired;
  throw new Error('no reply within the deadline of the request');
}
