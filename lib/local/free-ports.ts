import { createServer, type AddressInfo, type Server } from 'node:net';

/** The cluster bus listens 10,000 ports higher, so a Valkey port must leave room for it. */
const HIGHEST_VALKEY_PORT = 55_535;
const LOWEST_PORT = 20_000;

/** @returns a port of 127.0.0.1 that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = await listen(0);
  const { port } = server.address() as AddressInfo;
  await close(server);
  return port;
}

/** @returns so many ports that are free, each with its cluster bus port. */
export async function freeValkeyPorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = LOWEST_PORT + Math.floor(Math.random() * (HIGHEST_VALKEY_PORT - LOWEST_PORT));
    if (!ports.has(port) && (await isFree(port)) && (await isFree(port + 10_000))) ports.add(port);
  }
  return [...ports];
}

async function isFree(port: number): Promise<boolean> {
  try {
    await close(await listen(port));
    return true;
  } catch {
    return false;
  }
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
