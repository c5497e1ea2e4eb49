import { Socket } from 'node:net';

/**
 * A socket for PostgreSQL's driver, which reads bytes in listeners: what it can't read throws there, and would end the
 * process. Here it ends the connection.
 */
export function guardedSocket(): Socket {
  const socket = new Socket();
  const on = socket.on.bind(socket) as (event: string, listener: (...args: never[]) => void) => Socket;
  socket.on = ((event: string, listener: (...args: never[]) => void) =>
    on(event, event === 'data' ? guarded(socket, listener) : listener)) as typeof socket.on;
  return socket;
}

function guarded(socket: Socket, listener: (...args: never[]) => void): (...args: never[]) => void {
  return (...args) => {
    try {
      listener(...args);
    } catch (error) {
      socket.destroy(error as Error);
    }
  };
}
