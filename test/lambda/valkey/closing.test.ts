import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../lib/constructs/functions/bundle';
import { LocalCluster } from '../../../lib/tools/engines/valkey-cluster';

test('a client that is closed while it looks at the slots leaves nothing that keeps its process', async () => {
  const cluster = await LocalCluster.start({ primaries: 1 });
  try {
    const fixture = path.join(__dirname, 'fixtures/closing.ts');
    const child = spawn(process.execPath, ['--import', 'tsx', fixture], {
      cwd: PROJECT_ROOT,
      env: { ...process.env, ...cluster.environment('search') },
      stdio: ['ignore', 'ignore', 'inherit'],
      // Far beyond a refresh: what is left over refreshes for ever.
      timeout: 60_000,
    });
    expect(await once(child, 'exit')).toEqual([0, null]);
  } finally {
    await cluster.stop();
  }
});
