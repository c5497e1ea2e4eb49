import { createServer } from 'node:net';
import { closeServer, listen } from './loopback';

/**
 * All below 32,768, where Linux begins to take ports for outgoing connections (macOS at 49,152): a port that is free
 * now must not be one of those when the engine starts. Valkey's cluster bus listens 10,000 above its port.
 */
const VALKEY_PORTS = [10_000, 19_999] as const;
const BUS_OFFSET = 10_000;
const OTHER_PORTS = [30_000, 32_767] as const;

/** @returns a port of 127.0.0.1 that nothing listens on. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomPort(OTHER_PORTS);
    if (await isFree(port)) return port;
  }
}

/** @returns so many ports that are free, each with its cluster bus port. */
export async function freeValkeyPorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomPort(VALKEY_PORTS);
    if (!ports.has(port) && (await isFree(port)) && (await isFree(port + BUS_OFFSET))) ports.add(port);
  }
  return [...ports];
}

function randomPort([lowest, highest]: readonly [number, number]): number {
  return lowest + Math.floor(Math.random() * (highest - lowest + 1));
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await listen(server, port);
    await closeServer(server);
    return true;
  } catch {
    return false;
  }
}
