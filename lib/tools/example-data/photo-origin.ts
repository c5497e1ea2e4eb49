import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeTemporaryFolder } from '../engines/run-folder';
import { ENV } from '../../../lambda/contract/environment';
import { CAR } from '../../../lambda/images/placeholder';
import { paint } from '../../../lambda/images/png';
import { makeCertificates } from '../engines/certificates';

/** The photos' share of the local cluster, MiB. */
const MEMORY_MIB = 64;
/** The photo column of the generated listings, behind its first slash. */
const PHOTO_PATTERN = 'carpicture\\d{2}/pic\\d{4}/\\d{1,10}_';

/** Where photos lie in the local run: an HTTPS server on this machine that draws a car for each, in a colour of its own. */
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
      const [red = 0, green = 0, blue = 0] = createHash('sha256').update(url).digest();
      const drawing = paint(CAR, 20, [0xff, 0xff, 0xff], [red, green, blue]);
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': drawing.length }).end(drawing);
    },
  );
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    environment: {
      [ENV.imageOrigin]: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
      [ENV.imagePath]: '/{photo}001.png',
      [ENV.imagePhotoPattern]: PHOTO_PATTERN,
      [ENV.imageMemoryMib]: String(MEMORY_MIB),
      [ENV.imageLocalCaFile]: caFile,
    },
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
