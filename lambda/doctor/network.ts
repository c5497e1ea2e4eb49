import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import { ToldError } from '../contract/told-error';

export interface Address {
  host: string;
  port: number;
}

/** @returns the addresses of a name. @throws Error that names it */
export async function resolve({ host }: Address): Promise<string> {
  const found = await lookup(host, { all: true });
  return found.map(({ address }) => address).join(', ');
}

/** Opens a TCP connection and closes it. @throws Error */
export function reach({ host, port }: Address): Promise<string> {
  return new Promise((done, fail) => {
    const socket = connect({ host, port, timeout: 2_000 }, () => {
      socket.destroy();
      done(`port ${port} accepts connections`);
    });
    socket.once('timeout', () => socket.destroy(new ToldError(`port ${port} does not answer: connect ETIMEDOUT`)));
    socket.once('error', fail);
  });
}
