import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { Redis } from 'iovalkey';
import { percentile } from '../bench-messages';
import { inTurns } from '../in-turns';
import { neverAsked, repeated } from '../questions';
import { answerParent } from '../answer-parent';
import { CALLER_WAITS_MS, HUNG_QUESTIONS, type PeerFigures } from './figures';
import { openWay, WAY_NAMES, type PeerInput, type Way, type WayName } from './ways';

export type TurnsInput = PeerInput & { rounds: number; databaseRounds: number };
/** What is known before Valkey is hung, and after. */
export type TurnsResult = Record<WayName, Pick<PeerFigures, 'hitUs' | 'neverAskedUs' | 'bytesAnAnswer'>>;
export type HungResult = Record<WayName, Pick<PeerFigures, 'hungAnswers' | 'hungMs'>>;

/** New questions by which stored answers are weighed. */
const WEIGHED = 50;

/** All ways in one process, in turns; then once more when the parent says that Valkey hangs. */
async function main(input: TurnsInput): Promise<HungResult> {
  const ways = new Map<WayName, Way>();
  for (const name of WAY_NAMES) ways.set(name, await openWay(name, input));
  let asked = 0;
  const weights = new Map<WayName, number | null>();
  for (const [name, way] of ways)
    weights.set(name, await bytesAnAnswer(input, way, () => ask(way, neverAsked(++asked))));

  const each = (work: (way: Way) => Promise<void>, names: readonly WayName[]) =>
    Object.fromEntries(
      [...ways].filter(([name]) => names.includes(name)).map(([name, way]) => [name, () => work(way)]),
    );
  for (const way of ways.values()) await ask(way, repeated());
  const caching = WAY_NAMES.filter((name) => name !== 'the original');
  const hits = await inTurns(
    input.rounds,
    each((way) => ask(way, repeated()), caching),
  );
  const never = (names: readonly WayName[]) =>
    inTurns(
      input.databaseRounds,
      each((way) => ask(way, neverAsked(++asked)), names),
    );
  // The original by itself: what its thousands of rows leave to the garbage collector would fall on whoever comes next.
  const first = { ...(await never(caching)), ...(await never(['the original'])) };
  const median = (values: readonly number[]) => Math.round(percentile(values, 0.5));
  const found = WAY_NAMES.map((name) => [
    name,
    {
      // The original has no hits: what it asks again, it does again.
      hitUs: median(hits[name] ?? first[name] ?? []),
      neverAskedUs: median(first[name] ?? []),
      bytesAnAnswer: weights.get(name) ?? null,
    },
  ]);
  process.send?.({ result: Object.fromEntries(found) as TurnsResult });
  await once(process, 'message');

  const hung: [WayName, HungResult[WayName]][] = [];
  for (const [name, way] of ways) hung.push([name, await whileHung(way)]);
  return Object.fromEntries(hung) as HungResult;
}

async function ask(way: Way, event: APIGatewayProxyEvent): Promise<void> {
  const { statusCode, body } = await way.handler(event);
  if (statusCode !== 200) throw new Error(`A search ended with ${statusCode}: ${body}`);
}

async function whileHung(way: Way): Promise<HungResult[WayName]> {
  let hungAnswers = 0;
  let hungMs = 0;
  for (let i = 0; i < HUNG_QUESTIONS; i++) {
    const start = performance.now();
    const caller = new AbortController();
    const answered = await Promise.race([
      ask(way, repeated()).then(
        () => true,
        () => false,
      ),
      sleep(CALLER_WAITS_MS, false, { signal: caller.signal }).catch(() => false),
    ]);
    caller.abort();
    if (answered) hungAnswers++;
    hungMs = Math.max(hungMs, Math.round(performance.now() - start));
  }
  return { hungAnswers, hungMs };
}

/**
 * @returns what one more answer takes, by the server's own figures for every key that is new; null if nothing was
 * stored.
 */
async function bytesAnAnswer(
  { admin }: PeerInput,
  { stored }: Way,
  askNew: () => Promise<void>,
): Promise<number | null> {
  const nodes = admin.map(({ ca, ...options }) => new Redis({ ...options, tls: { ca }, disconnectTimeout: 100 }));
  const keys = async () => new Set((await Promise.all(nodes.map((node) => node.keys('*')))).flat());
  try {
    const before = await keys();
    for (let i = 0; i < WEIGHED; i++) {
      await askNew();
      await stored?.();
    }
    const added = [...(await keys())].filter((key) => !before.has(key));
    const sizes = await Promise.all(
      added.map(async (key) => {
        // A key of another shard's slot is refused.
        const answers = await Promise.allSettled(nodes.map((node) => node.memory('USAGE', key)));
        return answers.reduce((sum, each) => sum + (each.status === 'fulfilled' ? (each.value ?? 0) : 0), 0);
      }),
    );
    return added.length === 0 ? null : Math.round(sizes.reduce((a, b) => a + b, 0) / WEIGHED);
  } finally {
    for (const node of nodes) node.disconnect();
  }
}

answerParent(main);
