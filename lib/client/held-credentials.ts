import type { Credentials, CredentialsProvider } from './signing';

/** Credentials are renewed this long before they expire, ms: a request under way must not outlive them. */
const BEFORE_END_MS = 60_000;

/** Keeps what a provider gave while it is valid: a provider that exchanges a token asks AWS each time. */
export class HeldCredentials {
  private held: Credentials | undefined;
  private asking: Promise<Credentials> | undefined;

  constructor(private readonly provider: CredentialsProvider) {}

  /**
   * Those who ask at once share one answer.
   * @param now by AWS's clock.
   * @throws RangeError that names what a provider left out.
   */
  async get(now: Date): Promise<Credentials> {
    const end = new Date(this.held?.expiration ?? 0).getTime();
    if (this.held !== undefined && now.getTime() < end - BEFORE_END_MS) return this.held;
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    return this.asking;
  }

  /** Of credentials that were refused: the next request asks for new ones. */
  forget(): void {
    this.held = undefined;
  }

  private async ask(): Promise<Credentials> {
    this.held = checkedCredentials(await this.provider());
    return this.held;
  }
}

/** @throws RangeError that names what a provider left out */
function checkedCredentials(given: Partial<Credentials> | undefined): Credentials {
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = given ?? {};
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey, sessionToken, expiration };
  throw new RangeError(`credentials gave no ${accessKeyId ? 'secretAccessKey' : 'accessKeyId'}.`);
}
