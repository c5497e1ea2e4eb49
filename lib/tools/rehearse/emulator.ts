import { execFile } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../../constructs/functions/bundle';
import { cacheFolder } from '../engines/cache-folder';
import { freePort } from '../engines/free-ports';
import { withLock } from '../engines/lock';
import { OwnedProcess } from '../engines/owned-process';

const run = promisify(execFile);

/** The emulated account's number; with it as a key it takes the caller for the account's root. */
export const ACCOUNT = '444455556666';
export const REGION = 'ap-northeast-2';
/** Of every client of AWS's SDK here. */
export const CLIENT = { region: REGION };

/** Of PyPI; the gaps that emulator.py closes are those of this version. */
const PACKAGES = ['ministack==1.5.33', 'awscli==1.46.3'];

export interface Emulator {
  url: string;
  /** Its `aws`. */
  awsCli: string;
  logFile: string;
  stop: () => Promise<void>;
}

/** What a function gets in place of its deployed variables, by its name. */
export type EngineVariables = Record<string, { present: Record<string, string>; absent: string[] }>;

/** @returns the folder of Python's packages, installed once and kept. */
async function installed(): Promise<string> {
  const cache = cacheFolder('emulator');
  const folder = path.join(cache, PACKAGES.join(' ').replace(/[^\w.]+/g, '-'));
  await withLock(path.join(cache, 'lock'), async () => {
    const whole = path.join(folder, 'whole');
    if (existsSync(whole)) return;
    rmSync(folder, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', folder]).catch((cause: unknown) => {
      throw new Error('The rehearsal needs Python 3 with venv: apt-get install python3-venv', { cause });
    });
    await run(path.join(folder, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', ...PACKAGES]);
    writeFileSync(whole, '');
  });
  return folder;
}

/**
 * Starts the emulator in a folder, with an empty account in which IAM is enforced.
 * @throws Error where there is no Python with venv, or with the emulator's last words
 */
export async function startEmulator(folder: string, engines: EngineVariables): Promise<Emulator> {
  const bin = path.join(await installed(), 'bin');
  // The functions' code lies below this folder, and Lambda's runtime brings the SDK.
  mkdirSync(path.join(folder, 'node_modules'));
  symlinkSync(path.join(PROJECT_ROOT, 'node_modules/@aws-sdk'), path.join(folder, 'node_modules/@aws-sdk'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { PATH = '' } = process.env;
  const emulator = await OwnedProcess.start(
    'The emulator',
    path.join(bin, 'python'),
    [path.join(__dirname, 'emulator.py')],
    {
      cwd: folder,
      env: {
        PATH,
        TMPDIR: folder,
        PYTHONDONTWRITEBYTECODE: '1',
        AUTH: 'true',
        BIND_HOST: '127.0.0.1',
        GATEWAY_PORT: String(port),
        MINISTACK_REGION: REGION,
        REHEARSAL_ENGINES: JSON.stringify(engines),
      },
    },
  );
  const logFile = path.join(folder, 'emulator.log');
  const log = createWriteStream(logFile);
  for (const stream of [emulator.child.stdout, emulator.child.stderr]) stream?.pipe(log, { end: false });
  await emulator.until(async () => (await fetch(url)).status > 0, 60_000);
  return { url, awsCli: path.join(bin, 'aws'), logFile, stop: () => emulator.stop() };
}
