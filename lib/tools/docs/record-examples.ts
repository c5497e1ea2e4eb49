import { generateListings } from '../example-data/listings';
import { startPhotoOrigin } from '../example-data/photo-origin';
import { LocalFunctions } from '../local-stage/local-system';
import { startEngines } from '../local-stage/start-engines';
import { sendExamples, type Examples } from './examples';

/** As few as show a page, of a seed of their own. */
const LISTINGS = 4_000;
const SEED = 7;

/**
 * Starts a small local stage, with a replica as production has, and sends it the examples.
 * @returns what it answered
 */
export async function recordExamples(): Promise<Examples> {
  const engines = await startEngines(generateListings(LISTINGS, SEED), { primaries: 1, replicasPerPrimary: 1 });
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
