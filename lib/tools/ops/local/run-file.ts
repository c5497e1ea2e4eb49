import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { cacheFolder } from '../../engines/cache-folder';
import { identityOf } from '../../engines/process-identity';
import { EXIT, OperationError } from '../report/errors';

/** What npm start leaves for `npm run ops -- --local`: readable by its owner alone, gone when it ends. */
const runFile = z.object({
  pid: z.int(),
  /** Of the API. */
  url: z.url(),
  /** Of the operations server, and what it wants to be shown. */
  operationsUrl: z.url(),
  token: z.string(),
  shards: z.int(),
  /** How often its warm-up looks at the table. */
  freshnessSeconds: z.int().optional(),
  /** Host and port of each node, in the order of their ids. */
  nodes: z.array(z.string()),
  /** ms since the epoch: nodes whose process is younger were started again. */
  startedAt: z.int(),
  /** The same by the clock of its metrics, which in a drill runs faster. */
  deployedAt: z.int(),
  /** Environment of a function that signs in as search's user: the doctor looks from the shell with it. */
  search: z.record(z.string(), z.string()),
  /** How a node that was killed comes back. A drill on the board has none: there it is as at night, for prod. */
  wayBack: z.object({ next: z.string(), risk: z.string() }).optional(),
});
export type RunFile = z.output<typeof runFile>;
/** What does not depend on how it is asked. */
export type LocalFacts = Omit<RunFile, 'pid' | 'operationsUrl' | 'token'>;

const fileName = () => path.join(cacheFolder(), 'run.json');

export function writeRunFile(run: RunFile): void {
  rmSync(fileName(), { force: true });
  writeFileSync(fileName(), JSON.stringify(run), { mode: 0o600 });
}

/** @returns what is operated now, if there is anything. */
export function runNow(): RunFile | undefined {
  return existsSync(fileName()) ? (JSON.parse(readFileSync(fileName(), 'utf8')) as RunFile) : undefined;
}

/**
 * Removes it, unless another npm start has written its own meanwhile.
 * @param before what was operated before, and is again if it still runs
 */
export function removeRunFile(pid: number, before?: RunFile): void {
  if (runNow()?.pid !== pid) return;
  if (before !== undefined && identityOf(before.pid) !== undefined) writeRunFile(before);
  else rmSync(fileName(), { force: true });
}

/** @throws OperationError if nothing is running */
export function readRunFile(): RunFile {
  if (!existsSync(fileName()))
    throw new OperationError(
      `Nothing runs locally: ${fileName()} is not there. Start it first: npm start. If it runs with ` +
        'CARFIN_CACHE_FOLDER, set that here too.',
      EXIT.unreachable,
    );
  return runFile.parse(JSON.parse(readFileSync(fileName(), 'utf8')));
}
