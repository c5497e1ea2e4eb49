import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { accessString, ACCESS, type ValkeyUser } from '../../../lambda/contract/access';
import { ENV } from '../../../lambda/contract/environment';
import { ENGINE_PARAMETERS } from '../../constructs/cache/engine-parameters';
import { makeCertificates } from './certificates';
import { freeValkeyPorts } from './free-ports';
import { makeTemporaryFolder } from './run-folder';
import { type AdminAccess, inConfig, ValkeyNode } from './valkey-node';
import { valkeyBinary } from './valkey-binary';

const SLOTS = 16_384;
const ADMIN = 'admin';
const USERS = Object.keys(ACCESS) as ValkeyUser[];
/** Users that write or read tombstones, under which people stand by pseudonyms. */
const WITH_PEOPLE = USERS.filter((user) => ACCESS[user].keys.some((key) => key.endsWith('~forgotten:*')));

export interface LocalClusterOptions {
  /** Three by default: with one, the cross-slot faults that production has stay hidden. */
  primaries?: number;
  replicasPerPrimary?: number;
  /** Bytes and policy as in valkey.conf, on top of production's parameters. */
  settings?: Readonly<Record<string, string>>;
}

/** A Valkey cluster as in production: several shards, TLS only, the functions' own users and no other. */
export class LocalCluster {
  /** The secret of this system from which pseudonyms are made. */
  readonly peopleKey = newPassword();

  private constructor(
    private readonly folder: string,
    readonly version: string,
    readonly caFile: string,
    /** Primaries first, as they were started. */
    readonly nodes: readonly ValkeyNode[],
    private readonly admin: AdminAccess,
  ) {}

  static async start(options: LocalClusterOptions = {}): Promise<LocalCluster> {
    const { primaries = 3, replicasPerPrimary = 0, settings = {} } = options;
    const binary = await valkeyBinary();
    const folder = makeTemporaryFolder('valkey');
    const tls = await makeCertificates(folder);
    const admin: AdminAccess = { user: ADMIN, password: newPassword(), ca: readFileSync(tls.caFile) };
    for (const user of USERS) writePassword(folder, user);
    writeUsers(folder, admin);
    const lines = [
      ...Object.entries({ ...ENGINE_PARAMETERS, ...settings }).map(([name, value]) => `${name} ${value}`),
      `aclfile ${inConfig(usersFile(folder))}`,
    ];
    const ports = await freeValkeyPorts(primaries * (1 + replicasPerPrimary));
    const nodes = ports.map((port) => ValkeyNode.create(port, folder, binary, admin, tls, lines));
    const cluster = new LocalCluster(folder, binary.version, tls.caFile, nodes, admin);
    try {
      await Promise.all(nodes.map((node) => node.start()));
      await cluster.form(primaries);
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** What a function needs to sign in as this user, and to name people as the others do. */
  environment(user: ValkeyUser): Record<string, string> {
    return {
      ...(WITH_PEOPLE.includes(user) ? { [ENV.peopleKey]: this.peopleKey } : {}),
      [ENV.valkeyEndpoint]: `127.0.0.1:${this.nodes[0]?.port ?? 0}`,
      [ENV.valkeyUser]: user,
      [ENV.valkeyPasswordFile]: passwordFile(this.folder, user),
      [ENV.valkeyCaFile]: this.caFile,
    };
  }

  /** How an administrator reaches each node from another process. */
  adminConnections(): { host: string; port: number; username: string; password: string; ca: string }[] {
    const { user, password, ca } = this.admin;
    return this.nodes.map(({ port }) => ({ host: '127.0.0.1', port, username: user, password, ca: ca.toString() }));
  }

  /** Sends one command to every node as the administrator. */
  async everywhere(command: string, ...args: (string | number)[]): Promise<unknown[]> {
    return Promise.all(this.nodes.filter((node) => node.process?.running).map((node) => node.ask(command, ...args)));
  }

  /** Sends one command for one key; only its primary takes it. @throws AggregateError if no node does */
  async onKey(command: string, key: string, ...args: (string | number | Buffer)[]): Promise<unknown> {
    return Promise.any(this.nodes.map((node) => node.ask(command, key, ...args)));
  }

  /**
   * Replaces the password of a user on every node, as an IAM token is replaced: connections that are open stay open.
   */
  async rotatePassword(user: ValkeyUser): Promise<void> {
    const password = writePassword(this.folder, user);
    // For the nodes that are down: they read it when they start again.
    writeUsers(this.folder, this.admin);
    await this.everywhere('ACL', 'SETUSER', user, 'resetpass', `>${password}`);
  }

  /**
   * Gives a user back what it may do and its password, whatever was changed. Not by ACL LOAD, which ends a replica of
   * Valkey 8.0 (valkey#1832).
   */
  async restoreUser(user: ValkeyUser): Promise<void> {
    const password = readFileSync(passwordFile(this.folder, user), 'utf8');
    await this.everywhere('ACL', 'SETUSER', user, 'reset', ...accessString(user).split(' '), `>${password}`);
  }

  /** Removes every key; for tests that share a cluster. */
  async flush(): Promise<void> {
    for (const node of this.nodes) await node.ask('FLUSHALL').catch(() => undefined); // a replica refuses
  }

  /** Waits until every running node says that the cluster is well. */
  async untilOk(timeoutMs = 15_000): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const states = await this.everywhere('CLUSTER', 'INFO').catch(() => ['']);
      if (states.every((state) => String(state).includes('cluster_state:ok'))) return;
      if (Date.now() > deadline)
        throw new Error(`The local cluster was not well after ${timeoutMs} ms:\n${states.join('\n')}`);
      await sleep(25);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async form(primaries: number): Promise<void> {
    const [first, ...others] = this.nodes;
    if (first === undefined) return;
    await Promise.all(
      this.nodes.slice(0, primaries).map((node, shard) => {
        const from = Math.floor((shard * SLOTS) / primaries);
        const to = Math.floor(((shard + 1) * SLOTS) / primaries) - 1;
        return node.ask('CLUSTER', 'ADDSLOTSRANGE', from, to);
      }),
    );
    await Promise.all(this.nodes.map((node, i) => node.ask('CLUSTER', 'SET-CONFIG-EPOCH', i + 1)));
    for (const node of others) await first.ask('CLUSTER', 'MEET', '127.0.0.1', node.port);
    await this.untilOk();
    const replicas = this.nodes.slice(primaries);
    await Promise.all(
      replicas.map(async (node, i) => {
        const primaryId = await this.nodes[i % primaries]?.ask('CLUSTER', 'MYID');
        await this.retry(() => node.ask('CLUSTER', 'REPLICATE', String(primaryId)));
      }),
    );
    await Promise.all(replicas.map((node) => this.untilReplicating(node)));
    await Promise.all(this.nodes.map((node) => this.untilKnowing(node, replicas.length)));
    await this.untilOk();
  }

  /** A node may not have heard of its primary yet. */
  private async retry(work: () => Promise<unknown>): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await work();
        return;
      } catch (error) {
        if (attempt === 400) throw error;
        await sleep(50);
      }
    }
  }

  /** Clients learn of the replicas from any node, which names only those that it has heard to be in step. */
  private async untilKnowing(node: ValkeyNode, replicas: number): Promise<void> {
    await this.retry(async () => {
      const shards = (await node.ask('CLUSTER', 'SLOTS')) as unknown[][];
      const known = shards.reduce((sum, [, , , ...others]) => sum + others.length, 0);
      if (known !== replicas) throw new Error(`The node on port ${node.port} names ${known} of ${replicas} replicas`);
    });
  }

  private async untilReplicating(node: ValkeyNode): Promise<void> {
    await this.retry(async () => {
      const info = String(await node.ask('INFO', 'replication'));
      if (!info.includes('master_link_status:up'))
        throw new Error(`The replica on port ${node.port} is not in step:\n${info}`);
    });
  }
}

function newPassword(): string {
  return randomBytes(24).toString('hex');
}

function passwordFile(folder: string, user: string): string {
  return path.join(folder, `${user}.password`);
}

function writePassword(folder: string, user: string): string {
  const password = newPassword();
  writeFileSync(passwordFile(folder, user), password, { mode: 0o600 });
  return password;
}

/** One file for all nodes. */
function usersFile(folder: string): string {
  return path.join(folder, 'users.acl');
}

function writeUsers(folder: string, admin: AdminAccess): void {
  const lines = [
    'user default off',
    `user ${admin.user} on ~* &* +@all >${admin.password}`,
    ...USERS.map((user) => `user ${user} ${accessString(user)} >${readFileSync(passwordFile(folder, user), 'utf8')}`),
  ];
  writeFileSync(usersFile(folder), `${lines.join('\n')}\n`, { mode: 0o600 });
}
