import type { Redis } from 'iovalkey';
import type { Lab } from './lab';

/** Connections to every node that were made before a fault which lets no new one in. */
export class AdminConnections {
  private connections: Redis[] = [];

  async open(lab: Lab): Promise<void> {
    this.connections = lab.cluster.nodes.map((node) => node.connect());
    await Promise.all(this.connections.map((each) => each.connect()));
  }

  async everywhere(command: string, ...args: (string | number)[]): Promise<void> {
    await Promise.all(this.connections.map((each) => each.call(command, ...args)));
  }

  close(): void {
    for (const each of this.connections.splice(0)) each.disconnect();
  }
}
