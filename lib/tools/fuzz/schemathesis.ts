import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { makeTemporaryFolder } from '../engines/run-folder';
import { PROJECT_ROOT } from '../../constructs/functions/bundle';

const OPENAPI = path.join(PROJECT_ROOT, 'docs/openapi.json');
const CONFIGURATION = path.join(__dirname, 'schemathesis.toml');
/** What it says is shown up to here. */
const SHOWN = 20_000;

export interface SchemathesisReport {
  /** How many it asked, in its words. */
  cases: string;
  /** What it said, if it found something. */
  amiss?: string;
}

/**
 * Lets schemathesis (PyPI) ask what the OpenAPI document suggests, and hold every answer to it: no 5xx, no status,
 * header, content type or body that the document doesn't tell, and nothing wrong accepted.
 * @throws Error if the program can't be started
 */
export async function askBySchema(
  program: string,
  port: number,
  seconds: number,
  seed: number,
): Promise<SchemathesisReport> {
  // It keeps what it finds in a folder of its own where it runs.
  const folder = makeTemporaryFolder('schemathesis');
  const child = spawn(
    program,
    [
      ...['--config-file', CONFIGURATION, 'run', OPENAPI, '--url', `http://127.0.0.1:${port}`],
      ...['--seed', String(seed), '--max-time', String(seconds), '--no-color'],
    ],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  }).finally(() => rmSync(folder, { recursive: true, force: true }));
  const [cases = 'no case'] = /\d+ generated.*/.exec(said) ?? [];
  return { cases, ...(code === 0 ? {} : { amiss: said.slice(0, SHOWN) }) };
}
