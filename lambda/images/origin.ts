import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { ENV, optionalEnv } from '../contract/environment';
import { MOST_IMAGE_BYTES, type ImageType } from '../contract/images';
import { ToldError } from '../contract/told-error';
import { reasonOf } from '../telemetry/reason';
import { imageType, isOfType } from './image-type';
import { assertPublicHost, publicLookup } from './public-address';

/** For one photo in all: name, connection, TLS, headers and bytes, ms. */
export const ORIGIN_DEADLINE_MS = 3_000;

export interface Photo {
  type: ImageType;
  bytes: Buffer;
}

/** The origin has answered, and there is no photo that may be shown: asking again at once would tell the same. */
export class NoPhotoError extends ToldError {
  constructor(readonly reason: string) {
    super(reason);
  }
}

/** The origin could not be asked, or did not answer as a server that is well. */
export class OriginAwayError extends ToldError {
  constructor(host: string, cause: Error) {
    super(`${host}: ${reasonOf(cause)}`, { cause });
  }
}

/** Where photos come from, over HTTPS, trusting nothing that it says. */
export class PhotoOrigin {
  private readonly ca: Buffer | undefined;

  /**
   * @throws Error if the local run's certificate authority is named in Lambda, or the origin's host is an address that
   * is not public
   */
  constructor(
    private readonly origin: URL,
    env: NodeJS.ProcessEnv = process.env,
    private readonly deadlineMs = ORIGIN_DEADLINE_MS,
  ) {
    const caFile = optionalEnv(ENV.imageLocalCaFile, env);
    // Lambda sets it, and nobody else may (Lambda guide, configuration-envvars): what opens loopback can't be deployed
    // by accident.
    if (caFile !== undefined && optionalEnv('LAMBDA_TASK_ROOT', env) !== undefined)
      throw new ToldError(
        `${ENV.imageLocalCaFile} is for the local run: it lets photos come from this machine. Remove it.`,
      );
    this.ca = caFile === undefined ? undefined : readFileSync(caFile);
    assertPublicHost(origin.hostname, this.isLocal);
  }

  /** @throws NoPhotoError, OriginAwayError */
  async fetch(url: URL): Promise<Photo> {
    const deadline = AbortSignal.timeout(this.deadlineMs);
    let response: IncomingMessage | undefined;
    try {
      response = await this.request(url, deadline);
      return await this.photoOf(response);
    } catch (error) {
      if (error instanceof NoPhotoError) throw error;
      const cause = deadline.aborted ? new ToldError(`no photo within ${this.deadlineMs} ms`) : (error as Error);
      throw new OriginAwayError(this.origin.host, cause);
    } finally {
      response?.destroy();
    }
  }

  private get isLocal(): boolean {
    return this.ca !== undefined;
  }

  /**
   * No connection is kept: it would be dead when a frozen environment thaws. Redirects are not followed by node:https.
   */
  private request(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const options = {
        agent: false as const,
        headers: { accept: 'image/avif,image/webp,image/png,image/jpeg', 'user-agent': 'carfin-cache' },
        lookup: publicLookup(this.isLocal),
        signal,
        ...(this.ca === undefined ? {} : { ca: this.ca }),
      };
      get(url, options, resolve).on('error', reject);
    });
  }

  private async photoOf(response: IncomingMessage): Promise<Photo> {
    const { statusCode = 0, headers } = response;
    if (statusCode >= 500 || statusCode === 429 || statusCode === 408) throw new ToldError(`status ${statusCode}`);
    if (statusCode !== 200) throw new NoPhotoError(`its origin answers ${statusCode}`);
    const type = imageType(headers['content-type']);
    if (type === undefined) throw new NoPhotoError('what its origin sends is no JPEG, PNG, WebP or AVIF');
    const bytes = await bytesOf(response);
    if (!isOfType(bytes, type)) throw new NoPhotoError(`what its origin sends is not the ${type} that it says`);
    return { type, bytes };
  }
}

/** Reads no more than a photo may have, whatever the length that was announced. */
async function bytesOf(response: IncomingMessage): Promise<Buffer> {
  const tooLarge = new NoPhotoError(`it has more than ${MOST_IMAGE_BYTES} bytes`);
  if (Number(response.headers['content-length'] ?? 0) > MOST_IMAGE_BYTES) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST_IMAGE_BYTES) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
