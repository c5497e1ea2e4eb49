/** The newest versions are kept whatever their age. */
const NEWEST = 3;
/**
 * Readers look at the pointer once a second and may be in the middle of a page: what was current this long ago stays,
 * ms.
 */
const STILL_READ_MS = 5 * 60_000;
/** For an operator who must go back: one version for each quarter of an hour of the last two hours. */
const WINDOW_MS = 15 * 60_000;
const WINDOWS_MS = 2 * 60 * 60_000;

export interface PublishedVersion {
  version: string;
  /** ms since the epoch. */
  publishedAt: number;
}

/**
 * @param history every version that is still there.
 * @param always versions that are kept in any case: the current and the pinned one.
 * @returns the versions to keep.
 */
export function retained(history: readonly PublishedVersion[], always: readonly string[], now: number): Set<string> {
  const newestFirst = [...history].sort((a, b) => b.publishedAt - a.publishedAt);
  const kept = new Set([...always, ...newestFirst.slice(0, NEWEST).map(({ version }) => version)]);
  const windows = new Set<number>();
  newestFirst.forEach(({ version, publishedAt }, i) => {
    const supersededAt = newestFirst[i - 1]?.publishedAt ?? now;
    if (now - supersededAt < STILL_READ_MS) kept.add(version);
    const window = Math.floor(publishedAt / WINDOW_MS);
    if (now - publishedAt < WINDOWS_MS && !windows.has(window)) kept.add(version);
    windows.add(window);
  });
  return kept;
}
