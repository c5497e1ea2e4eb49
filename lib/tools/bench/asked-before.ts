import { createSearchFunction } from '../../../lambda/search/search-function';
import { handlerTime } from './handler-time';
import { warmUp, type Environments } from './tiers';
import { typicalMix } from './typical-mix';

const QUESTIONS = 1_000;

/** A thousand questions of another environment, ten a second by its clock, and a warm-up that publishes after them. */
export async function askedBefore(environment: Environments): Promise<void> {
  let now = Date.now();
  // What is asked is counted with the look at the pointer, once a second.
  const other = await createSearchFunction(environment.search, () => now);
  const next = typicalMix(8);
  for (let asked = 0; asked < QUESTIONS; asked++) {
    await handlerTime(other, next());
    now += 100;
  }
  await other.close();
  await warmUp(environment, { force: true });
}
