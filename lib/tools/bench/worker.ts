import { fork, type ChildProcess, type ForkOptions } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { BUNDLE_FILE, bundleModule, PROJECT_ROOT } from '../../constructs/functions/bundle';
import { makeTemporaryFolder } from '../engines/run-folder';
import { lambdaNode } from '../local-stage/lambda-node';

/** What a worker has to tell. */
type Reply<Result> = { result?: Result; error?: string } | number;

const FOLDER = 'lib/tools/bench';

/**
 * A measuring process.
 * @param worker its file under lib/tools/bench
 */
export function startWorker(worker: string): ChildProcess {
  return begin(path.join(PROJECT_ROOT, FOLDER, worker), { execArgv: ['--import', 'tsx'] });
}

/** What it prints (metrics, as in Lambda) goes down a pipe. */
function begin(file: string, options: ForkOptions): ChildProcess {
  const child = fork(file, { ...options, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  child.stdout?.resume();
  return child;
}

/** @returns the worker's next word. @throws Error with what it failed of, or if it ended without a word */
export async function wordOf<Result>(child: ChildProcess): Promise<Result> {
  const [reply] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [Reply<Result>];
  if (typeof reply === 'number') throw new Error(`The worker ended with ${reply}`);
  if (reply.result === undefined) throw new Error(reply.error);
  return reply.result;
}

/**
 * Measures in a process of its own what production runs: bundled as a function is, on Lambda's Node.js.
 * @param worker its file under lib/tools/bench
 */
export async function measure<Result>(worker: string, input: object): Promise<Result> {
  const folder = makeTemporaryFolder('bench');
  try {
    bundleModule(path.join(FOLDER, worker), folder);
    const child = begin(path.join(folder, BUNDLE_FILE), { execPath: await lambdaNode() });
    child.send(input);
    return await wordOf<Result>(child);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Measures in several processes at once. Each says a word when it is ready, and waits for one of the parent.
 * @param begun gets their words, and what tells all of them to go on
 */
export async function measureTogether<Result>(
  worker: string,
  inputs: readonly object[],
  begun: (ready: readonly unknown[], go: (word: string | object) => void) => unknown,
): Promise<Result[]> {
  const workers = inputs.map((input) => ({ child: startWorker(worker), input }));
  const words = <Word = unknown>() => Promise.all(workers.map(({ child }) => wordOf<Word>(child)));
  try {
    for (const { child, input } of workers) child.send(input);
    const ready = await words();
    const results = words<Result>();
    await begun(ready, (word) => {
      for (const { child } of workers) child.send(word);
    });
    return await results;
  } finally {
    for (const { child } of workers) child.kill('SIGKILL');
  }
}
