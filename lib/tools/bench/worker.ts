import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/functions/bundle';

/** What a worker has to tell. */
type Reply<Result> = { result?: Result; error?: string } | number;

/**
 * A measuring process; what it prints (metrics, as in Lambda) goes down a pipe.
 * @param worker its file under lib/tools/bench
 */
export function startWorker(worker: string): ChildProcess {
  const child = fork(path.join(PROJECT_ROOT, 'lib/tools/bench', worker), {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
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

/** Measures in a process of its own. @param worker its file under lib/tools/bench */
export async function measure<Result>(worker: string, input: object): Promise<Result> {
  const child = startWorker(worker);
  child.send(input);
  return wordOf<Result>(child);
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

/** In the worker: measures what the parent sends, once, and ends. */
export function answerParent(work: (input: never) => Promise<unknown>): void {
  process.once('message', (input) => {
    work(input as never).then(
      (result) => process.send?.({ result }, () => process.exit(0)),
      (error: unknown) =>
        process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }, () =>
          process.exit(1),
        ),
    );
  });
}
