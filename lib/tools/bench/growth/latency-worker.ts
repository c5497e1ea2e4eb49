import { performance } from 'node:perf_hooks';
import { CurrentCatalogue } from '../../../../lambda/catalogue/current-catalogue';
import { encodeIndex, lengthOf } from '../../../../lambda/catalogue/index-format';
import { ENV } from '../../../../lambda/contract/environment';
import { createSearchFunction } from '../../../../lambda/search/search-function';
import { RequestContext } from '../../../../lambda/telemetry/request';
import { ValkeyClient } from '../../../../lambda/valkey/client';
import { handlerTime } from '../handler-time';
import { inTurns } from '../in-turns';
import { neverAsked, rare, repeated } from '../questions';
import { answerParent } from '../answer-parent';
import type { LatencyInput, LatencyResult } from './messages';

/** Nobody waits for the load that is measured. */
const LOAD_BUDGET_MS = 30_000;

/** What a question costs with an index of this size, one at a time. */
async function main({ environment, rounds }: LatencyInput): Promise<LatencyResult> {
  const { loadMs, indexBytes } = await loadIndex(environment);
  const search = await createSearchFunction({ ...environment, [ENV.listingMemoryBytes]: '0' });
  const remembering = await createSearchFunction(environment);
  let asked = 0;
  await search.handler(repeated());
  await remembering.handler(repeated());
  const samples = await inTurns(rounds, {
    memory: () => handlerTime(remembering, repeated(), 'memory'),
    hit: () => handlerTime(search, repeated(), 'hit'),
    neverAsked: () => handlerTime(search, neverAsked(++asked), 'index'),
    rare: () => handlerTime(search, rare(asked), 'index'),
  });
  await Promise.all([search.close(), remembering.close()]);
  return { loadMs, indexBytes, samples };
}

/** On connections that are open, as after an init; the pieces, their digest, the columns. */
async function loadIndex(environment: Record<string, string>): Promise<{ loadMs: number; indexBytes: number }> {
  const valkey = ValkeyClient.fromEnvironment(environment);
  await new CurrentCatalogue(valkey).refresh(new RequestContext(LOAD_BUDGET_MS));
  const catalogue = new CurrentCatalogue(valkey);
  const start = performance.now();
  await catalogue.refresh(new RequestContext(LOAD_BUDGET_MS));
  const loadMs = performance.now() - start;
  if (catalogue.index === undefined) throw new Error('No index could be loaded');
  const indexBytes = lengthOf(encodeIndex(catalogue.index));
  valkey.close();
  return { loadMs, indexBytes };
}

answerParent(main);
