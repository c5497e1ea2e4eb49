/** Points that one signal gives to every value of its vehicle. */
export const SIGNAL_POINTS = { viewed: 1, asked: 2, liked: 5, contacted: 8, disliked: -5 } as const;
export type SignalType = keyof typeof SIGNAL_POINTS;
export const SIGNAL_TYPES = Object.keys(SIGNAL_POINTS) as [SignalType, ...SignalType[]];

/** What is taken and kept of one person, at most. */
export const LIMITS = {
  signalsInRequest: 50,
  bodyBytes: 65_536,
  /** Signals of which a repetition is known. */
  signals: 5_000,
  /** Values with a weight; beyond it the weakest are dropped. */
  weights: 256,
  /** Characters of a value. */
  valueLength: 60,
  /** Points that can be set by hand or read, either way: what was read can be set. */
  points: 1_000,
} as const;
