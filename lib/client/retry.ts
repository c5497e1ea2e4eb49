/** Statuses after which the same request may succeed: throttled, failed unexpectedly, not known now, cut off. */
const PASSING: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);
const BASE_MS = 50;
const CAP_MS = 1_000;

/** @returns whether an answer of this status may be followed by another attempt. */
export function isPassing(status: number): boolean {
  return PASSING.has(status);
}

/**
 * How long to wait before the next attempt: a random time below a bound that doubles (full jitter), so that clients
 * that failed together do not come back together; after what the API asked for.
 * @param attempt the one that failed, from 1.
 * @returns ms.
 */
export function pauseMs(attempt: number, retryAfterSeconds = 0, random: () => number = Math.random): number {
  return retryAfterSeconds * 1_000 + random() * Math.min(CAP_MS, BASE_MS * 2 ** attempt);
}

/**
 * @param value of the header Retry-After: seconds, or a date (RFC 9110).
 * @param now by the clock of whoever sent it, ms since the epoch.
 * @returns seconds from now, not below 0; undefined if it says neither.
 */
export function retryAfter(value: string | null, now: number = Date.now()): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - now) / 1_000);
}
