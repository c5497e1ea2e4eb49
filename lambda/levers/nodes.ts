import { setTimeout as sleep } from 'node:timers/promises';
import { ToldError } from '../contract/told-error';
import { reasonOf } from '../telemetry/reason';
import type { ValkeyClient } from '../valkey/client';
import { parseInfo } from '../valkey/info';
import type { NodeFacts } from './request';

/** A node that says nothing for so long does not answer, ms. */
const PATIENCE_MS = 1_500;

/** Asks every primary for INFO. One that does not answer is told with the others: it may be what is looked for. */
export async function nodeFacts(valkey: ValkeyClient): Promise<NodeFacts[]> {
  return Promise.all(
    valkey.cluster.nodes('master').map(async (node) => {
      const address = `${node.options.host ?? ''}:${node.options.port ?? ''}`;
      const patience = new AbortController();
      try {
        const late = sleep(PATIENCE_MS, undefined, { signal: patience.signal }).then(() => {
          throw new ToldError(`no answer within ${PATIENCE_MS} ms`);
        });
        return { address, info: parseInfo(await Promise.race([node.info(), late])) };
      } catch (error) {
        return { address, info: {}, failed: reasonOf(error) };
      } finally {
        patience.abort();
      }
    }),
  );
}
