import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleFunction } from '../../../lib/constructs/functions/bundle';
import { TcpProxy } from '../../../lib/tools/breakage/proxy';
import { LocalFunction } from '../../../lib/tools/local-stage/local-function';

const folder = mkdtempSync(path.join(tmpdir(), 'carfin-heartbeat-'));
let api: Server;
let proxy: TcpProxy;
let heartbeat: LocalFunction;

beforeAll(async () => {
  api = createServer((_, response) => response.end('{"vehicles":[{}]}'));
  api.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  proxy = await TcpProxy.start((api.address() as AddressInfo).port);
  bundleFunction('heartbeat', folder);
  heartbeat = await LocalFunction.start(folder, {
    API_URL: `http://127.0.0.1:${proxy.port}`,
    AWS_REGION: 'ap-northeast-2',
    AWS_ACCESS_KEY_ID: 'k',
    AWS_SECRET_ACCESS_KEY: 's',
  });
});

afterAll(async () => {
  await heartbeat.stop();
  await proxy.stop();
  api.closeAllConnections();
  api.close();
  rmSync(folder, { recursive: true });
});

test('a heartbeat that was frozen since the last one is answered, though its connections have died', async () => {
  for (let beat = 0; beat < 3; beat++) {
    expect(await heartbeat.invoke({})).toEqual({ answered: true });
    heartbeat.signal('SIGSTOP');
    proxy.halfOpen();
    const answer = heartbeat.invoke({});
    heartbeat.signal('SIGCONT');
    expect(await answer).toEqual({ answered: true });
  }
});
