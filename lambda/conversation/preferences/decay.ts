/** After how long a signal counts half, ms. */
export const HALF_LIFE_MS = 30 * 86_400_000;
/**
 * Weights are kept as they would be had they come at the landmark, so that a sum never has to be decayed and does not
 * depend on the order in which it was made (forward decay: Cormode et al., ICDE 2009). The landmark moves on by so many
 * half-lives at once, so that 64-bit integers suffice for ever.
 */
export const HALF_LIVES_PER_EPOCH = 24;
export const EPOCH_MS = HALF_LIVES_PER_EPOCH * HALF_LIFE_MS;
/** Integers of one point at the landmark. */
export const MICRO = 1_000_000;

/** @returns what a kept integer is worth at `nowMs`, points. */
export function pointsOf(kept: number, epoch: number, nowMs: number): number {
  return kept / MICRO / 2 ** ((nowMs - epoch * EPOCH_MS) / HALF_LIFE_MS);
}
