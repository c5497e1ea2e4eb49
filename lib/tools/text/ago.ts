/** @returns `3 min`, `2 h`: how long ago, coarse enough to be read at night. */
export function ago(then: number | string, now: number): string {
  const seconds = Math.max(0, (now - new Date(then).getTime()) / 1_000);
  if (!Number.isFinite(seconds)) return 'unknown';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  return seconds < 129_600 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}
