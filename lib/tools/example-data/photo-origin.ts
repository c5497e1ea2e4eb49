import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { crc32 } from 'node:zlib';
import { ENV } from '../../../lambda/contract/environment';
import { PLACEHOLDER } from '../../../lambda/images/placeholder';
import { makeCertificates } from '../engines/certificates';
import { closeServer, listen } from '../engines/loopback';
import { makeTemporaryFolder } from '../engines/run-folder';

/** The photos' share of the local cluster, MiB. */
const MEMORY_MIB = 64;
/** The photo column of the generated listings, behind its first slash. */
const PHOTO_PATTERN = 'carpicture\\d{2}/pic\\d{4}/\\d{1,10}_';

/**
 * Where photos lie in the local run: an HTTPS server on this machine that draws a car for each, in a colour of its own.
 */
export interface PhotoOrigin {
  /** What the images function needs to find it. */
  environment: Readonly<Record<string, string>>;
  stop: () => Promise<void>;
}

export async function startPhotoOrigin(): Promise<PhotoOrigin> {
  const folder = makeTemporaryFolder('photos');
  const { caFile, certFile, keyFile } = await makeCertificates(folder);
  const server = createServer(
    { cert: readFileSync(certFile), key: readFileSync(keyFile) },
    ({ url = '' }, response) => {
      const drawing = inked(createHash('sha256').update(url).digest().subarray(0, 3));
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': drawing.length }).end(drawing);
    },
  );
  return {
    environment: {
      [ENV.imageOrigin]: `https://127.0.0.1:${await listen(server)}`,
      [ENV.imagePath]: '/{photo}001.png',
      [ENV.imagePhotoPattern]: PHOTO_PATTERN,
      [ENV.imageMemoryMib]: String(MEMORY_MIB),
      [ENV.imageLocalCaFile]: caFile,
    },
    stop: async () => {
      await closeServer(server);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * The placeholder in another colour: the second of its palette (PNG specification, 11.2.2).
 * @param ink red, green, blue
 */
function inked(ink: Buffer): Buffer {
  const drawing = Buffer.from(PLACEHOLDER.bytes);
  const palette = drawing.indexOf('PLTE');
  drawing.set(ink, palette + 7);
  drawing.writeUInt32BE(crc32(drawing.subarray(palette, palette + 10)), palette + 10);
  return drawing;
}
