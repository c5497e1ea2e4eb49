import { once } from 'node:events';
import type { BoardOptions } from '../ops/program';
import { EXIT, OperationError } from '../ops/report/errors';
import { report, type Report } from '../ops/report/output';
import type { Target } from '../ops/stage/target';
import { defineBoard } from './definition/definition';
import { FeedHub } from './feeds/hub';
import { AWS_PACE, LOCAL_PACE } from './feeds/system';
import { serveBoard } from './server/serve-board';

/**
 * Shows a target's board until the signal, or tells once what it would show.
 * @param tell gets the address. @throws OperationError if the port can't be had
 */
export async function showBoard(
  target: Target,
  { port, json }: BoardOptions,
  tell: (line: string) => void,
  signal?: AbortSignal,
): Promise<Report> {
  const hub = new FeedHub({
    target,
    definition: defineBoard(target.shape),
    typedFor: target.name,
    clock: Date.now,
    pace: target.name === 'local' ? LOCAL_PACE : AWS_PACE,
  });
  if (json || signal === undefined) return report(await hub.once(), '--json prints what the board shows.');
  const { url, stop } = await serveBoard({ hub }, port).catch((cause: unknown) => {
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const wayOut = 'Name another with --port; without it a free one is taken.';
    throw new OperationError(`Port ${port} can’t be had (${why}). ${wayOut}`, EXIT.usage, { cause });
  });
  tell(`The board of ${target.name}: ${url}\nCtrl-C ends it.`);
  if (!signal.aborted) await once(signal, 'abort');
  await stop();
  return report(undefined, 'The board is closed.');
}
