import { mkdirSync, rmSync } from 'node:fs';
import { freeValkeyPorts } from '../../lib/tools/engines/free-ports';
import { OwnedProcess } from '../../lib/tools/engines/owned-process';
import { makeTemporaryFolder } from '../../lib/tools/engines/run-folder';
import { valkeyBinary } from '../../lib/tools/engines/valkey-binary';

/** A Valkey without cluster mode, TLS or users, as an application had it beside itself. */
export async function startPlainValkey(
  isUp: (url: string) => Promise<boolean>,
): Promise<{ url: string; stop: () => Promise<void> }> {
  const binary = await valkeyBinary();
  const folder = makeTemporaryFolder('plain-valkey');
  mkdirSync(folder, { recursive: true });
  const [port = 0] = await freeValkeyPorts(1);
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', folder];
  const server = await OwnedProcess.start('valkey-server without cluster mode', binary.path, args, {
    env: { ...process.env, ...binary.env },
  });
  const url = `redis://127.0.0.1:${port}`;
  await server.until(() => isUp(url), 10_000);
  return {
    url,
    stop: async () => {
      await server.stop('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
