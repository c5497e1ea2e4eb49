import { ENV } from '../../../lambda/contract/environment';
import type { LocalPostgres } from '../engines/postgres';
import type { LocalCluster } from '../engines/valkey-cluster';
import type { ValkeyNode } from '../engines/valkey-node';
import { TcpProxy, type ProxyMode } from './proxy';

/** A proxy before every server: clients find it where the cluster, or their environment, says that the server is. */
export class Network {
  private constructor(
    readonly database: TcpProxy,
    private readonly nodes: ReadonlyMap<ValkeyNode, TcpProxy>,
    private readonly databaseUrl: string,
  ) {}

  static async before(cluster: LocalCluster, { url }: LocalPostgres): Promise<Network> {
    const database = await TcpProxy.start(Number(new URL(url).port));
    const nodes = await Promise.all(
      cluster.nodes.map(async (node) => [node, await TcpProxy.start(node.port)] as const),
    );
    const network = new Network(database, new Map(nodes), url);
    for (const node of cluster.nodes) await network.announce(node);
    return network;
  }

  /** The proxies before Valkey. */
  get valkey(): TcpProxy[] {
    return [...this.nodes.values()];
  }

  /** Where the cluster says that its nodes are, in their order. */
  get addresses(): string[] {
    return this.valkey.map(({ port }) => `127.0.0.1:${port}`);
  }

  /** What a function needs to find the proxies and not the servers. */
  environment(): Record<string, string> {
    return {
      [ENV.valkeyEndpoint]: this.addresses[0] ?? '',
      [ENV.databaseUrl]: this.databaseUrl.replace(/:\d+\//, `:${this.database.port}/`),
    };
  }

  /** Of a node that was started: it must be told where clients find it. */
  async announce(node: ValkeyNode): Promise<void> {
    await node.ask('CONFIG', 'SET', 'cluster-announce-tls-port', this.nodes.get(node)?.port ?? 0);
  }

  /** @param latencyMs how much later each piece arrives at and from Valkey, one way. */
  set(valkey: ProxyMode, database: ProxyMode = 'pass', latencyMs = 0): void {
    for (const proxy of this.valkey) proxy.set(valkey, latencyMs);
    this.database.set(database);
  }

  /** Ends every connection to Valkey; new ones are taken. */
  dropAll(): void {
    for (const proxy of this.valkey) proxy.dropAll();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.valkey, this.database].map((each) => each.stop()));
  }
}
