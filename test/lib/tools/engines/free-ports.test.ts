import { once } from 'node:events';
import { createServer } from 'node:net';
import { freePort, freeValkeyPorts } from '../../../../lib/tools/engines/free-ports';

/** Linux takes ports for outgoing connections from here on, as it comes; macOS from 49,152. */
const EPHEMERAL = 32_768;

afterEach(() => jest.restoreAllMocks());

test('no port is one that an outgoing connection may get, nor is any bus port, and no two collide', async () => {
  const ports = await freeValkeyPorts(200);
  const all = [...ports, ...ports.map((port) => port + 10_000), await freePort()];
  expect(new Set(all).size).toBe(401);
  expect(Math.max(...all)).toBeLessThan(EPHEMERAL);
  expect(Math.min(...all)).toBeGreaterThanOrEqual(10_000);
});

test.each([
  ['port', 0],
  ['bus port', 10_000],
])('a Valkey port is passed over while its %s is taken', async (_, offset) => {
  const [taken = 0] = await freeValkeyPorts(1);
  const server = createServer();
  await once(server.listen(taken + offset, '127.0.0.1'), 'listening');
  jest.spyOn(Math, 'random').mockReturnValueOnce((taken - 10_000 + 0.5) / 10_000);
  const [port] = await freeValkeyPorts(1);
  server.close();
  expect(Math.random).toHaveBeenCalled();
  expect(port).not.toBe(taken);
});
