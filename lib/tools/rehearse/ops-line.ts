import { showBoard } from '../board/show-board';
import type { AwsTarget } from '../ops/aws/aws-target';
import { runOps, type Session } from '../ops/program';

/** A command line, how it ends, and what it must say. */
export type Line = [line: string, code: number, says: RegExp];

/** Of whatever the role's rights do not suffice for. */
const REFUSED = /may not do this|not authorized|AccessDenied/i;

/** @returns what was not as it should be. @param more of the session, such as what ends it */
export async function runLine(
  target: AwsTarget,
  [line, code, says]: Line,
  more: Pick<Session, 'signal' | 'board'> = {},
): Promise<string[]> {
  let said = '';
  let ended: number | undefined;
  await runOps(line.split(' '), {
    connect: () => Promise.resolve(target),
    write: (text) => (said += `${text}\n`),
    progress: (text) => (said += `${text}\n`),
    exit: (with_) => (ended = with_),
    board: (shown, options) => showBoard(shown, options, () => undefined),
    ...more,
  });
  if (!REFUSED.test(said) && says.test(said) && ended === code) return [];
  return [`ops ${line}: ended with ${ended ?? '-'} instead of ${code}, ${String(says)} is wanted\n${said}`];
}

/** The board opened as a browser opens it: its page, what it is about, and each of its feeds until all have come. */
export async function boardServes(target: AwsTarget): Promise<string[]> {
  const closed = new AbortController();
  const wrong: string[] = [];
  let looked = Promise.resolve();
  const told = (text: string) => {
    const [url = ''] = /http:\S+/.exec(text) ?? [];
    looked = look(url, target.name, wrong).finally(() => closed.abort());
  };
  const { signal } = closed;
  const served = await runLine(target, ['board', 0, /The board is closed/], {
    signal,
    board: (shown, options) => showBoard(shown, options, told, signal),
  });
  await looked;
  return [...served, ...wrong];
}

const FEEDS = 6;

async function look(url: string, stage: string, wrong: string[]): Promise<void> {
  const page = await fetch(url);
  if (page.status !== 200 || !(await page.text()).includes('<html'))
    wrong.push(`The page of the board: ${page.status}`);
  const about = (await (await fetch(`${url}/board/about`)).json()) as { stage: string };
  if (about.stage !== stage) wrong.push(`The board is about ${about.stage}`);
  const told = new Map<string, { known: boolean; why?: string }>();
  const stream = await fetch(`${url}/board/feeds`);
  let text = '';
  for await (const chunk of stream.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    for (const [, name = '', data = ''] of text.matchAll(/event: (\w+)\ndata: (.*)\n\n/g))
      if (name !== 'drill') told.set(name, JSON.parse(data) as { known: boolean });
    if (told.size === FEEDS) break;
  }
  for (const [name, { why = '' }] of told) if (REFUSED.test(why)) wrong.push(`The board's ${name}: ${why}`);
  if (told.get('alarms')?.known !== true) wrong.push("The board's alarms are not known");
}
