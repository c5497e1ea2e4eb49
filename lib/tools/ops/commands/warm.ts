import { setTimeout as sleep } from 'node:timers/promises';
import type { WarmUpResult } from '../../../../lambda/warm-up/warm-up';
import { figure, report, type Report } from '../report/output';
import type { Target } from '../stage/target';

interface WarmOptions {
  /** Read the table even if it looks unchanged. */
  force?: boolean;
  /** Publish although the catalogue is empty or has shrunk. */
  allowShrink?: boolean;
}

const FOLLOW_EVERY_MS = 2_000;

/** Runs the warm-up and follows it. @param progress is told each phase that the function's log shows meanwhile. */
export async function warm(
  target: Target,
  options: WarmOptions,
  progress: (line: string) => void,
  followEveryMs = FOLLOW_EVERY_MS,
): Promise<Report> {
  const ended = new AbortController();
  const running = target.invoke('warm-up', options).finally(() => ended.abort());
  const [result] = await Promise.all([running, follow(target, progress, ended.signal, followEveryMs)]);
  const { outcome, version = '', listings, searchable, seconds, tableRead } = result as WarmUpResult;
  const meanings: Record<WarmUpResult['outcome'], string> = {
    published: 'another catalogue is current now',
    unchanged: 'the current catalogue was confirmed',
    pinned: 'an operator keeps another catalogue current: npm run ops -- catalogue show',
    busy: 'another warm-up is running, and nothing was done: try again in half a minute',
  };
  const figures =
    `catalogue ${version}, ${figure(listings)} listings, ${figure(searchable)} searchable, table ` +
    `${tableRead ? 'read' : 'not read'}, ${seconds} s`;
  const text = `${outcome}: ${meanings[outcome]}${outcome === 'busy' ? '' : `\n${figures}`}`;
  return report(result, text, outcome === 'busy' || outcome === 'pinned');
}

/** The invocation says whether it went well; a log that can't be read is no reason to fail. */
async function follow(
  target: Target,
  progress: (line: string) => void,
  ended: AbortSignal,
  everyMs: number,
): Promise<void> {
  let from = Date.now();
  while (!ended.aborted) {
    await sleep(everyMs, undefined, { signal: ended }).catch(() => undefined);
    const lines = await target.logs('warm-up', { from, contains: 'Warm-up progress', limit: 50 }).catch(() => []);
    for (const { text } of lines) {
      const { phase, listings } = JSON.parse(text) as { phase?: string; listings?: number };
      progress(`${phase ?? ''}: ${figure(listings)} listings`);
    }
    from = (lines.at(-1)?.at ?? from - 1) + 1;
  }
}
