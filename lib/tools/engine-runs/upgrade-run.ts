import { createConversationFunction } from '../../../lambda/conversation/conversation-function';
import { ENV } from '../../../lambda/contract/environment';
import { startEngines } from '../local-stage/start-engines';
import { namedServers, valkeyBinary } from '../engines/valkey-binary';
import type { ValkeyNode } from '../engines/valkey-node';
import { upgradeUnderLoad } from './rolling-upgrade';

/** Upgrades production's shape from the first to the last server of `VALKEY_SERVER`; prints the figures as JSON. */
async function main(): Promise<void> {
  const to = await valkeyBinary({ VALKEY_SERVER: namedServers().at(-1) });
  const { cluster, postgres, stop } = await startEngines([], { primaries: 1, replicasPerPrimary: 1 });
  try {
    const conversation = await createConversationFunction({
      ...cluster.environment('conversation'),
      [ENV.databaseUrl]: postgres.url,
    });
    const nodes = cluster.nodes as [ValkeyNode, ValkeyNode];
    console.log(JSON.stringify(await upgradeUnderLoad(nodes, to, conversation.handler)));
    await conversation.close();
  } finally {
    await stop();
  }
}

void main();
