import { generateListings } from '../example-data/listings';
import { startPhotoOrigin } from '../example-data/photo-origin';
import { LocalFunctions } from '../local-stage/local-system';
import { startEngines } from '../local-stage/start-engines';
import { sendExamples, type Examples } from './examples';

/**
 * Starts a local stage with the listings of `npm start`, so that who types an example gets what its page shows, and
 * with a replica as production has. It is sent the examples.
 * @returns what it answered
 */
export async function recordExamples(): Promise<Examples> {
  const engines = await startEngines(generateListings(), { primaries: 1, replicasPerPrimary: 1 });
  const photos = await startPhotoOrigin();
  const functions = new LocalFunctions(engines.cluster, engines.postgres.url, undefined, photos);
  try {
    await functions.warmUp();
    const gateway = await functions.serve(0);
    try {
      return await sendExamples(`http://127.0.0.1:${gateway.port}`);
    } finally {
      await gateway.stop();
    }
  } finally {
    await functions.stop();
    await photos.stop();
    await engines.stop();
  }
}
