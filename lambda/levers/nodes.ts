import { reasonOf } from '../telemetry/reason';
import type { ValkeyClient } from '../valkey/client';
import { within } from '../contract/timer';
import { parseInfo } from '../valkey/info';
import type { NodeFacts } from './request';

/** A node that says nothing for so long does not answer, ms. */
const PATIENCE_MS = 1_500;

/** Asks every primary for INFO. One that does not answer is told with the others: it may be what is looked for. */
export async function nodeFacts(valkey: ValkeyClient): Promise<NodeFacts[]> {
  const primaries = await valkey.primaries(PATIENCE_MS);
  return Promise.all(
    primaries.map(async ({ address, node }) => {
      if (node === undefined) return { address, info: {}, failed: `no connection within ${PATIENCE_MS} ms` };
      try {
        const info = await within(PATIENCE_MS, node.info(), `no answer within ${PATIENCE_MS} ms`);
        return { address, info: parseInfo(info) };
      } catch (error) {
        return { address, info: {}, failed: reasonOf(error) };
      }
    }),
  );
}
