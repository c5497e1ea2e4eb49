import { execFile } from 'node:child_process';
import { createWriteStream, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../../constructs/functions/bundle';
import { cacheFolder } from '../engines/cache-folder';
import { freePort } from '../engines/free-ports';
import { madeOnce } from '../engines/made-once';
import { OwnedProcess } from '../engines/owned-process';
import { execute, type Ended } from './programs';

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
  /** Runs its `aws`. */
  aws: (...words: string[]) => Promise<Ended>;
  logFile: string;
  stop: () => Promise<void>;
}

/** What a function gets in place of its deployed variables, by its name. */
export type EngineVariables = Record<string, { present: Record<string, string>; absent: string[] }>;

/** @returns the Python that has the packages, installed once and kept. */
async function pythonWithPackages(): Promise<string> {
  const folder = path.join(cacheFolder('emulator'), PACKAGES.join(' ').replace(/[^\w.]+/g, '-'));
  await madeOnce(folder, async (made) => {
    await run('python3', ['-m', 'venv', made]).catch((cause: unknown) => {
      throw new Error('The rehearsal needs Python 3 with venv: apt-get install python3-venv', { cause });
    });
    await run(path.join(made, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', ...PACKAGES]);
  });
  return path.join(folder, 'bin/python');
}

/**
 * Starts the emulator in a folder, with an empty account in which IAM is enforced.
 * @throws Error where there is no Python with venv, or with the emulator's last words
 */
export async function startEmulator(folder: string, engines: EngineVariables): Promise<Emulator> {
  const python = await pythonWithPackages();
  // The functions' code lies below this folder, and Lambda's runtime brings the SDK.
  mkdirSync(path.join(folder, 'node_modules'));
  symlinkSync(path.join(PROJECT_ROOT, 'node_modules/@aws-sdk'), path.join(folder, 'node_modules/@aws-sdk'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { PATH = '' } = process.env;
  const emulator = await OwnedProcess.start('The emulator', python, [path.join(__dirname, 'emulator.py')], {
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
  });
  const logFile = path.join(folder, 'emulator.log');
  const log = createWriteStream(logFile);
  for (const stream of [emulator.child.stdout, emulator.child.stderr]) stream?.pipe(log, { end: false });
  await emulator.until(async () => (await fetch(url)).status > 0, 60_000);
  // By its module: the programs of a folder that was moved do not find their Python.
  const aws = (...words: string[]) => execute(python, ['-m', 'awscli', '--endpoint-url', url, ...words]);
  return { url, aws, logFile, stop: () => emulator.stop() };
}
