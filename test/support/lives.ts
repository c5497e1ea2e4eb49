/** Matches what is left, s, of a life of so many seconds: a busy machine may take up to a minute to ask. */
export const livesFor = (seconds: number): { asymmetricMatch: (left: unknown) => boolean } => ({
  asymmetricMatch: (left) => typeof left === 'number' && left <= seconds && left > seconds - 60,
});
