import type { ValkeyClient } from '../valkey/client';
import { parseInfo } from '../valkey/info';
import type { NodeFacts } from './request';

/** Asks every primary for INFO. @throws Error of the node that doesn't answer */
export async function nodeFacts(valkey: ValkeyClient): Promise<NodeFacts[]> {
  return Promise.all(
    valkey.cluster.nodes('master').map(async (node) => ({
      address: `${node.options.host ?? ''}:${node.options.port ?? ''}`,
      info: parseInfo(await node.info()),
    })),
  );
}
