import { createServer } from 'node:http';
import { closeServer, listen } from '../../engines/loopback';
import { boardHandler, type BoardOptions } from './board-handler';

/** Serves a board on a port of its own, for this machine alone. @param port 0 takes a free one */
export async function serveBoard(options: BoardOptions, port = 0): Promise<{ url: string; stop: () => Promise<void> }> {
  const handle = boardHandler(options);
  const server = createServer((request, response) => void handle(request, response));
  return {
    url: `http://127.0.0.1:${await listen(server, port)}`,
    stop: () => {
      options.hub.stop();
      return closeServer(server);
    },
  };
}
