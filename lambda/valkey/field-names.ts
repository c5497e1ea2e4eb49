import type { RequestContext } from '../telemetry/request';
import type { ValkeyClient } from './client';
import { plainScript } from './script';
import { FIELD_PAGE } from './shared-scripts';

/**
 * Fields that one command looks at: a node is busy for about a millisecond. HKEYS of a whole bucket would take tens.
 */
const FIELDS_A_PAGE = 1_000;

/** @returns the names of a hash's fields, each once. @throws ValkeyError */
export async function fieldNames(valkey: ValkeyClient, request: RequestContext, key: string): Promise<Set<string>> {
  const found = new Set<string>();
  let cursor = '0';
  do {
    const [[next, ...names]] = await valkey.all(request, [plainScript(FIELD_PAGE, [key], [cursor, FIELDS_A_PAGE])]);
    for (const name of names) found.add(name);
    cursor = next;
  } while (cursor !== '0');
  return found;
}
