const EVERY_MS = 10_000;

/** @returns tells whether it is time to say something that is so at every request: once in ten seconds at most. */
export function nowAndThen(): () => boolean {
  let quietUntil = 0;
  return () => {
    if (Date.now() < quietUntil) return false;
    quietUntil = Date.now() + EVERY_MS;
    return true;
  };
}
