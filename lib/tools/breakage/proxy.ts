import { randomBytes } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeServer, listen } from '../engines/loopback';

/**
 * What a proxy does with its connections. `pass`: forwards. `cut`: ends them and refuses new ones. `black-hole`: keeps
 * them, takes new ones, and forwards nothing. `reset-replies`: ends a connection when its reply comes, so that what was
 * asked was done.
 */
export type ProxyMode = 'pass' | 'cut' | 'black-hole' | 'reset-replies';

/**
 * How a connection ends: `fin` and `rst` as TCP has them, `silence`: it stays and nothing comes, `garbage`: bytes of no
 * protocol, `garbage-rst`: these, and a reset when the client says something to that.
 */
export const ENDINGS = ['fin', 'rst', 'silence', 'garbage', 'garbage-rst'] as const;
export type Ending = (typeof ENDINGS)[number];

const GARBAGE_BYTES = 512;

/** Stands between the functions and one server, and misbehaves as networks do. */
export class TcpProxy {
  private mode: ProxyMode = 'pass';
  private ending: { after: number; how: Ending } | undefined;
  private endings = 0;
  private latencyMs = 0;
  private readonly pairs = new Map<Socket, Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(targetPort: number): Promise<TcpProxy> {
    const server = createServer({ noDelay: true });
    const proxy = new TcpProxy(server, await listen(server));
    server.on('connection', (client) => proxy.take(client, targetPort));
    return proxy;
  }

  /** @param latencyMs how much later each piece arrives, one way. */
  set(mode: ProxyMode, latencyMs = 0): void {
    this.mode = mode;
    this.latencyMs = latencyMs;
    if (mode === 'cut') this.dropAll();
  }

  /**
   * Every connection that is made from now on ends when so many bytes of its replies have been forwarded.
   * @param bytes none ends any more where undefined.
   */
  endAfter(bytes: number | undefined, how: Ending = 'fin'): void {
    this.ending = bytes === undefined ? undefined : { after: bytes, how };
  }

  /** Connections that were ended so. */
  get ended(): number {
    return this.endings;
  }

  /** Ends every connection; new ones are taken. */
  dropAll(): void {
    for (const [client, target] of this.pairs) {
      client.resetAndDestroy();
      target.destroy();
    }
  }

  /** The server's side ends, and the client hears nothing of it. */
  halfOpen(): void {
    for (const [client, target] of this.pairs) {
      target.removeAllListeners('close').destroy();
      client.removeAllListeners('data').resume();
    }
  }

  async stop(): Promise<void> {
    this.dropAll();
    await closeServer(this.server);
  }

  private take(client: Socket, targetPort: number): void {
    client.on('error', () => undefined);
    if (this.mode === 'cut') {
      client.resetAndDestroy();
      return;
    }
    const target = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
    target.on('error', () => undefined);
    this.pairs.set(client, target);
    client.on('data', (bytes: Buffer) => void this.forward(bytes, target));
    const { ending } = this;
    let left = ending?.after ?? Infinity;
    target.on('data', (bytes: Buffer) => {
      if (this.mode === 'reset-replies') client.resetAndDestroy();
      else if (left > 0) void this.forward(bytes.length > left ? bytes.subarray(0, left) : bytes, client);
      const met = left > 0 && bytes.length >= left;
      left -= bytes.length;
      if (met && ending !== undefined) this.end(client, ending.how);
    });
    client.on('close', () => {
      this.pairs.delete(client);
      target.destroy();
    });
    target.on('close', () => client.destroy());
  }

  private end(client: Socket, how: Ending): void {
    this.endings++;
    if (how === 'fin') client.end();
    else if (how === 'rst') client.resetAndDestroy();
    else if (how !== 'silence') {
      client.write(randomBytes(GARBAGE_BYTES));
      if (how === 'garbage-rst') client.removeAllListeners('data').once('data', () => client.resetAndDestroy());
    }
  }

  /** Timers of one length end in the order of their start, so pieces keep theirs. */
  private async forward(bytes: Buffer, to: Socket): Promise<void> {
    if (this.mode === 'black-hole') return;
    if (this.latencyMs > 0) await sleep(this.latencyMs);
    if (!to.destroyed) to.write(bytes);
  }
}
