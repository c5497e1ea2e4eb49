import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { listen } from '../../../../lib/tools/engines/loopback';
import { TcpProxy } from '../../../../lib/tools/breakage/proxy';

let server: Server;
let proxy: TcpProxy;
let received: string;

beforeEach(async () => {
  received = '';
  // Answers what it hears.
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      received += bytes.toString();
      socket.write(bytes);
    });
  });
  proxy = await TcpProxy.start(await listen(server));
});

afterEach(async () => {
  await proxy.stop();
  server.close();
});

async function client(): Promise<Socket> {
  const socket = connect({ port: proxy.port, host: '127.0.0.1' });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** An error may come before. */
const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()));

async function reply(socket: Socket, words: string): Promise<string> {
  socket.write(words);
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  return bytes.toString();
}

test('passes bytes on, in both directions', async () => {
  const socket = await client();
  expect(await reply(socket, 'one')).toBe('one');
  expect(await reply(socket, 'two')).toBe('two');
});

test('slow: a reply takes the latency of both ways', async () => {
  const socket = await client();
  proxy.set('pass', 60);
  const start = performance.now();
  expect(await reply(socket, 'late')).toBe('late');
  expect(performance.now() - start).toBeGreaterThan(115);
});

test('cut: a connection that stands is ended, and a new one too', async () => {
  const socket = await client();
  await reply(socket, 'before');
  proxy.set('cut');
  await closed(socket);
  const next = connect({ port: proxy.port, host: '127.0.0.1' });
  next.on('error', () => undefined);
  await closed(next);
  proxy.set('pass');
  expect(await reply(await client(), 'again')).toBe('again');
});

test('reset-replies: the server has done what the client never hears of', async () => {
  const socket = await client();
  proxy.set('reset-replies');
  socket.write('done');
  await closed(socket);
  expect(received).toBe('done');
});

test('black hole: the server hears nothing, and the connection stays', async () => {
  const socket = await client();
  await reply(socket, 'before');
  proxy.set('black-hole');
  socket.write('lost');
  // By then what was sent before would long be there.
  const direct = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  expect(await reply(direct, 'beside')).toBe('beside');
  direct.destroy();
  expect(received).toBe('beforebeside');
  expect(socket.destroyed).toBe(false);
});
