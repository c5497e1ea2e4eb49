import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { PROJECT_ROOT } from '../functions/bundle';
import type { Samples, WorkerInput } from './bench-messages';

type Reply = { samples?: Samples; error?: string } | number;

/** Measures in a process of its own, so that the functions' metrics go down a pipe as in Lambda. @param worker its file in this folder */
export async function measure(worker: string, input: WorkerInput): Promise<Samples> {
  const child = fork(path.join(PROJECT_ROOT, 'lib/bench', worker), {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  child.stdout?.resume(); // metrics; Lambda reads them too
  child.send(input);
  const [reply] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [Reply];
  if (typeof reply === 'number') throw new Error(`The worker ended with ${reply}`);
  if (reply.samples === undefined) throw new Error(reply.error);
  return reply.samples;
}

/** In the worker: measures what the parent sends, once, and ends. */
export function answerParent(work: (input: WorkerInput) => Promise<Samples>): void {
  process.once('message', (input: WorkerInput) => {
    work(input).then(
      (samples) => process.send?.({ samples }, () => process.exit(0)),
      (error: unknown) =>
        process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }, () =>
          process.exit(1),
        ),
    );
  });
}
