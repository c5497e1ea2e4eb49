/**
 * An error whose message is written here, of nothing that a person or a dependency wrote: it may stand in a log and in
 * an answer. Of every other error reasonOf tells the kind alone, because its message may hold a secret or what somebody
 * said.
 */
export class ToldError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
