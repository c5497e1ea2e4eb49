import { createSearchFunction } from './search-function';

/**
 * Awaited during init: a Lambda environment that froze in the middle of it would load the index in somebody's request.
 */
export const { handler } = await createSearchFunction();
