import type { CauseId } from '../../../lambda/contract/causes';
import { withClient } from '../example-data/vehicles-table';
import { READER } from '../engines/postgres';
import type { ValkeyNode } from '../engines/valkey-node';
import type { DrillSystem } from './drill-system';

export interface Drill {
  /** What is broken, and how. */
  breaks: string;
  /** The alarms that must go off; one that ends with `*` stands for all that begin so. */
  rehearses: readonly string[];
  /** What the first message must name; several where several things are broken. */
  causes: readonly CauseId[];
  /** Whether every search must be answered meanwhile. */
  unnoticed: boolean;
  break: (system: DrillSystem) => Promise<unknown>;
  /** Undoes it as an operator would. */
  heal: (system: DrillSystem) => Promise<unknown>;
}

/** The node that is broken where one is enough: the last primary. */
export function victim({ cluster }: DrillSystem): ValkeyNode {
  const node = cluster.nodes.at(-1);
  if (node === undefined) throw new Error('The local cluster has no node.');
  return node;
}

/** Publishes the catalogue again, whatever is there. */
export const refill = ({ functions }: DrillSystem) => functions.invoke('warm-up', { force: true });

/** Starts nodes again that were killed: they come back empty. */
export async function restart(system: DrillSystem, nodes: readonly ValkeyNode[]): Promise<void> {
  await Promise.all(nodes.map((node) => node.start()));
  await system.cluster.untilOk();
  await refill(system);
}

/** Takes the login from the database user and ends its sessions. */
export const refuseDatabase = ({ postgres }: Pick<DrillSystem, 'postgres'>) =>
  withClient(postgres.ownerUrl, async (client) => {
    await client.query(`ALTER ROLE ${READER} NOLOGIN`);
    await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [READER]);
  });

export const admitDatabase = ({ postgres }: Pick<DrillSystem, 'postgres'>) =>
  withClient(postgres.ownerUrl, (client) => client.query(`ALTER ROLE ${READER} LOGIN`));

/** Repeats work until it is stopped; one that fails is repeated like any other. For one system at a time. */
export class Repetition {
  private timer: NodeJS.Timeout | undefined;

  start(everyMs: number, work: () => Promise<unknown>): Promise<void> {
    this.timer = setInterval(() => void work().catch(() => undefined), everyMs);
    return Promise.resolve();
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
