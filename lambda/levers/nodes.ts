import type { ValkeyClient } from '../valkey/client';
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

/** @param text the lines `name:value` of INFO; titles and blank lines are passed over. */
export function parseInfo(text: string): Record<string, string> {
  const pairs = text.split('\r\n').flatMap((line) => {
    const colon = line.indexOf(':');
    return colon <= 0 || line.startsWith('#') ? [] : [[line.slice(0, colon), line.slice(colon + 1)] as const];
  });
  return Object.fromEntries(pairs);
}
