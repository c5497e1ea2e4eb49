import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, rmSync } from 'node:fs';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';
import { cacheFolder } from '../../lib/tools/engines/cache-folder';
import { startPostgres, type LocalPostgres } from '../../lib/tools/engines/postgres';
import { makeRunFolder } from '../../lib/tools/engines/run-folder';
import { valkeyBinary } from '../../lib/tools/engines/valkey-binary';
import { generateListings } from '../../lib/tools/example-data/listings';
import { createVehicles } from '../../lib/tools/example-data/vehicles-table';

/** So many listings as a page of each kind needs; all of them would take a minute to generate. */
const LISTINGS = 6_000;

/** npm start as its user runs it, on a small table and with a folder of its own. */
export class StartedStage {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly postgres: LocalPostgres,
    /** Where `npm run ops -- --local` finds it. */
    readonly folder: string,
  ) {}

  static async start(): Promise<StartedStage> {
    const [valkey, postgres] = await Promise.all([valkeyBinary(), startPostgres()]);
    await createVehicles(postgres.ownerUrl, generateListings(LISTINGS));
    const folder = makeRunFolder(cacheFolder('tests'), 'board');
    // PostgreSQL runs as another user, who may enter.
    chmodSync(folder, 0o755);
    const child = spawn(process.execPath, ['--import', 'tsx', 'bin/start.ts'], {
      cwd: PROJECT_ROOT,
      env: {
        ...process.env,
        ...valkey.env,
        VALKEY_SERVER: valkey.path,
        CARFIN_CACHE_FOLDER: folder,
        DATABASE_URL: postgres.url,
        PORT: '0',
      },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    while (!output.includes('Ctrl-C stops')) {
      if (child.exitCode !== null) throw new Error(`npm start ended:\n${output}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const [, url = ''] = /The board, in a browser: (http:\S+)/.exec(output) ?? [];
    return new StartedStage(url, child, postgres, folder);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGINT');
      await ended;
    }
    await this.postgres.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
