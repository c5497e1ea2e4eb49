/**
 * Crosses the boundary: the functions that touch what people said, the writer of the audit log and the command line.
 * One secret of the stage, from which follow the pseudonyms of people and the seal of audit lines.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { ENV, requireEnv } from './environment';
import { ToldError } from './told-error';

const CIPHER = 'aes-256-gcm';
const [SALT, NONCE, TAG] = [16, 12, 16];
/** Characters of a pseudonym: 128 bits. */
const PSEUDONYM = 32;
/** A shorter secret could be guessed. */
const LEAST_CHARACTERS = 32;

/** What was to be opened is no line that was sealed with this key. */
class UnsealableError extends ToldError {}

/**
 * Names people without their ids, and seals what says who asked about whom. Without the secret nobody can tell whose a
 * pseudonym is, also by trying ids.
 */
export class PeopleKey {
  /** A key of its own for each process: a random nonce is not to meet itself. */
  private readonly salt = randomBytes(SALT);
  private readonly sealing: Buffer;

  /** @throws ToldError if the secret is short */
  constructor(private readonly secret: string) {
    if (secret.length < LEAST_CHARACTERS)
      throw new ToldError(
        `${ENV.peopleKey} must have at least ${LEAST_CHARACTERS} characters; it has ${secret.length}.`,
      );
    this.sealing = this.keyOf(this.salt);
  }

  /** @throws MissingEnvironmentError */
  static fromEnvironment(env: NodeJS.ProcessEnv): PeopleKey {
    return new PeopleKey(requireEnv(ENV.peopleKey, env));
  }

  /** @param id of a person or a session. @returns 32 hexadecimal characters, the same for the same id. */
  pseudonym(kind: 'person' | 'session', id: string): string {
    return createHmac('sha256', this.secret).update(`${kind} ${id}`).digest('hex').slice(0, PSEUDONYM);
  }

  /** @returns base64: salt, nonce, tag, text. */
  seal(text: string): string {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv(CIPHER, this.sealing, nonce);
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([this.salt, nonce, cipher.getAuthTag(), sealed]).toString('base64');
  }

  /** @throws UnsealableError */
  open(sealed: string): string {
    const bytes = Buffer.from(sealed, 'base64');
    const part = (from: number, length?: number) =>
      bytes.subarray(from, length === undefined ? undefined : from + length);
    try {
      const opener = createDecipheriv(CIPHER, this.keyOf(part(0, SALT)), part(SALT, NONCE), { authTagLength: TAG });
      opener.setAuthTag(part(SALT + NONCE, TAG));
      return Buffer.concat([opener.update(part(SALT + NONCE + TAG)), opener.final()]).toString();
    } catch (cause) {
      throw new UnsealableError('An audit line was sealed with another key, or is damaged.', { cause });
    }
  }

  private keyOf(salt: Uint8Array): Buffer {
    return Buffer.from(hkdfSync('sha256', this.secret, salt, 'audit line', 32));
  }
}
