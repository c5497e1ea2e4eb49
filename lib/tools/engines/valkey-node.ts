import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Redis } from 'iovalkey';
import type { CertificateFiles } from './certificates';
import { OwnedProcess } from './owned-process';
import type { ValkeyBinary } from './valkey-binary';

/** How an administrator signs in: every command, every key. Not a user of production. */
export interface AdminAccess {
  user: string;
  password: string;
  ca: Buffer;
}

/** @returns a path as valkey.conf takes it: a home folder may have spaces. */
export const inConfig = (file: string): string => `"${file.replace(/["\\]/g, '\\$&')}"`;

/** One server of a local cluster. */
export class ValkeyNode {
  process: OwnedProcess | undefined;

  constructor(
    readonly port: number,
    private readonly folder: string,
    private binary: ValkeyBinary,
    private readonly admin: AdminAccess,
  ) {}

  static create(
    port: number,
    folder: string,
    binary: ValkeyBinary,
    admin: AdminAccess,
    tls: CertificateFiles,
    settings: readonly string[],
  ): ValkeyNode {
    const home = path.join(folder, String(port));
    mkdirSync(home, { mode: 0o700 });
    const lines = [
      'port 0',
      `tls-port ${port}`,
      `tls-cert-file ${inConfig(tls.certFile)}`,
      `tls-key-file ${inConfig(tls.keyFile)}`,
      `tls-ca-cert-file ${inConfig(tls.caFile)}`,
      'tls-auth-clients no',
      'tls-cluster yes',
      'tls-replication yes',
      'bind 127.0.0.1',
      `dir ${inConfig(home)}`,
      'save ""',
      'cluster-enabled yes',
      'cluster-config-file nodes.conf',
      'cluster-node-timeout 2000',
      // A node that knows no address of its own gives clients an empty one.
      'cluster-announce-ip 127.0.0.1',
      `masteruser ${admin.user}`,
      `masterauth ${admin.password}`,
      ...settings,
    ];
    writeFileSync(path.join(home, 'valkey.conf'), `${lines.join('\n')}\n`, { mode: 0o600 });
    return new ValkeyNode(port, home, binary, admin);
  }

  /**
   * Starts it, again if need be, and waits until it answers.
   * @param binary what it runs from now on, if another one.
   */
  async start(binary = this.binary): Promise<void> {
    this.binary = binary;
    const file = path.join(this.folder, 'valkey.conf');
    this.process = await OwnedProcess.start(`valkey-server on port ${this.port}`, this.binary.path, [file], {
      env: { ...process.env, ...this.binary.env },
    });
    await this.process.until(async () => (await this.ask('PING')) === 'PONG', 10_000);
  }

  /** Sends one command as the administrator, on a connection of its own. */
  async ask(command: string, ...args: (string | number | Buffer)[]): Promise<unknown> {
    const client = this.connect();
    try {
      await client.connect();
      return await client.call(command, ...args);
    } finally {
      client.disconnect();
    }
  }

  /** A connection as the administrator; the caller connects and disconnects it. */
  connect(): Redis {
    const client = new Redis({
      host: '127.0.0.1',
      port: this.port,
      username: this.admin.user,
      password: this.admin.password,
      tls: { ca: this.admin.ca },
      lazyConnect: true,
      enableReadyCheck: false,
      retryStrategy: () => null,
      // Its timer runs even where the connection was refused, and would keep a process alive for 2 s after a failed
      // start.
      disconnectTimeout: 100,
    });
    client.on('error', () => undefined);
    return client;
  }

  async stop(): Promise<void> {
    await this.process?.stop('SIGKILL');
  }
}
