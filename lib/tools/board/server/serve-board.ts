import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { boardHandler, type BoardOptions } from './board-handler';

/** Serves a board on a port of its own, for this machine alone. @param port 0 takes a free one */
export async function serveBoard(options: BoardOptions, port = 0): Promise<{ url: string; stop: () => Promise<void> }> {
  const handle = boardHandler(options);
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${taken}`,
    stop: () =>
      new Promise((resolve) => {
        options.hub.stop();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
