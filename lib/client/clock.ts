/** AWS refuses a signature whose time is five minutes off; one that was refused for it is this much at least, ms. */
const REFUSED_FROM_MS = 4 * 60_000;

/** The time that requests are signed with: this machine's, corrected by the server's where the two are far apart. */
export class SigningClock {
  private offsetMs = 0;

  now(): Date {
    return new Date(Date.now() + this.offsetMs);
  }

  /**
   * Takes the server's time if a refusal may be due to this clock.
   * @param serverTime ms since the epoch; NaN if it did not tell.
   * @returns whether the clock was off, so that the request is to be signed anew.
   */
  correct(serverTime: number): boolean {
    if (!(Math.abs(serverTime - this.now().getTime()) >= REFUSED_FROM_MS)) return false;
    this.offsetMs = serverTime - Date.now();
    return true;
  }
}
