import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CauseId } from '../../../../lambda/contract/causes';
import type { MetricTerm } from '../../../../lambda/contract/metric-term';
import { RULES } from '../../../../lambda/diagnosis/rules';
import { PROJECT_ROOT } from '../../../../lib/constructs/functions/bundle';
import { kindOf } from '../../../../lib/constructs/observability/alarm-table/alarm';
import { runbookEntries } from '../../../../lib/tools/docs/runbook-index';
import { DrillSystem } from '../../../../lib/tools/drills/drill-system';
import { DRILLS } from '../../../../lib/tools/drills/drills';
import { drillsOf } from '../../../../lib/tools/drills/rehearsed';
import { UNREHEARSED } from '../../../../lib/tools/drills/unrehearsed';
import { alarmStates } from '../../../../lib/tools/ops/local/alarm-states';
import { localAlarms } from '../../../../lib/tools/ops/local/local-alarms';
import { LOCAL } from '../../../../lib/tools/ops/local/local-stage';
import { LocalTarget } from '../../../../lib/tools/ops/local/local-target';
import { MetricStore } from '../../../../lib/tools/ops/local/metric-store';
import type { Series, Window } from '../../../../lib/tools/ops/stage/series';
import type { Target } from '../../../../lib/tools/ops/stage/target';
import { brokenPeriod, healthyPeriod } from '../../../infra/alarm-days';
import { checksOf, type PageCheck } from './runbook-page';
import { ops } from './terminal';

/** What breaks the system at once, and the pages that are played meanwhile; what follows fires other alarms. */
const BROKEN: readonly { drills: readonly string[]; pages: readonly string[] }[] = [
  {
    drills: ['lose-valkey', 'lose-both-stores'],
    pages: [
      'people-feel-it',
      'searches-unanswered',
      'api-errors',
      'answers-in-time',
      'heartbeat',
      'completion',
      'function-errors',
      'database-errors',
      'valkey-availability',
    ],
  },
  { drills: ['evict-keys'], pages: ['memory', 'evictions'] },
  { drills: ['slow-valkey'], pages: ['valkey-latency', 'search-latency'] },
  {
    drills: ['revoke-permission', 'leak-connections'],
    pages: ['hit-rate', 'queries-saved', 'refused', 'connections'],
  },
  { drills: ['lose-sessions', 'broken-crawl'], pages: ['continuity', 'warm-up-failed', 'warm-up-missing'] },
  { drills: ['forgotten-bypass', 'old-catalogue'], pages: ['cache-share', 'index-age'] },
];

/**
 * Pages of alarms that nothing here can set off, UNREHEARSED says why, and the kinds of alarms whose figures are given
 * in place of a fault.
 */
const GIVEN: Readonly<Record<string, readonly string[]>> = {
  'api-refusals': ['ApiRefusals'],
  blocked: ['Blocked'],
  cpu: ['Cpu'],
  'cpu-credits': ['Credits'],
  'dead-letters': ['WarmUpDeadLetters'],
  freshness: ['Freshness'],
  'function-concurrency': ['Concurrency'],
  'function-duration': ['WarmUpDuration'],
  'function-throttles': ['Throttles'],
  'network-allowance': ['Network'],
  'replication-lag': ['ReplicationLag'],
  satisfaction: ['Satisfaction'],
  swap: ['Swap', 'Memory'],
  'traffic-management': ['Traffic'],
};

const NODE = `${LOCAL}-0003-001`;
/** What is not shown by then is missing, ms. */
const MOST_MS = 120_000;

let system: DrillSystem;

beforeAll(async () => {
  // With every kind of alarm.
  system = await DrillSystem.start(localAlarms(3, 1, { webAcl: { metric: LOCAL, region: LOCAL } }));
});

afterAll(() => system.stop());

test('every page is played once: under drills of its alarms or, where there are none, with figures', () => {
  const files = readdirSync(path.join(PROJECT_ROOT, 'docs/runbooks')).filter((file) => file !== 'README.md');
  const played = [...BROKEN.flatMap(({ pages }) => pages), ...Object.keys(GIVEN)];
  expect(played.map((page) => `${page}.md`).sort()).toEqual(files.sort());
  const kindsOf = (page: string) =>
    runbookEntries().flatMap(({ alarm, runbook }) => (runbook === page ? [kindOf(alarm)] : []));
  for (const { drills, pages } of BROKEN)
    for (const page of pages)
      expect(drills).toContain(
        kindsOf(page)
          .flatMap(drillsOf)
          .find((each) => drills.includes(each)),
      );
  for (const [page, kinds] of Object.entries(GIVEN)) {
    expect(kindsOf(page).filter((kind) => !(kind in UNREHEARSED))).toStrictEqual([]);
    expect(kindsOf(page)).toContain(kinds[0]);
  }
});

/** A good evening, but for the figures of some kinds of alarms. */
class Evening extends MetricStore {
  constructor(private readonly kinds: readonly string[]) {
    super();
  }

  override series(term: MetricTerm, { seconds, period }: Window): Series {
    const [broken] = this.kinds.flatMap((kind) => brokenPeriod(kind, term) ?? []);
    const value = broken ?? healthyPeriod(term, 18 * 60, period / 60);
    return Array<typeof value>(Math.ceil(seconds / period)).fill(value);
  }
}

/** The system that runs, with these metrics. Since when an alarm fires is left out: to find it takes long. */
function measuredBy(metrics: MetricStore): Target {
  const { facts, answers } = system.inside();
  return LocalTarget.within(facts, {
    ...answers,
    series: ({ figures, window }) => figures.map((figure) => metrics.series(figure, window)),
    alarms: () => alarmStates(system.alarms, metrics),
  });
}

/** Leaves out what is printed in any case: the alarms that do not fire, and what the marks of promises mean. */
const news = (output: string) => output.replaceAll(/^(.*│ (OK|INSUFFICIENT_DATA) .*|✖ misses.*)$/gm, '');

/**
 * Types a check until it shows what the page quotes; a diagnosis also that its alarm fires, and a cause that is true.
 * @returns what is missing, with what is shown in its place
 */
async function missingIn({ line, quoted }: PageCheck, of: Target, causes: readonly CauseId[]): Promise<string[]> {
  const [, alarm] = /^diagnose (\S+)/.exec(line) ?? [];
  const likely = causes.map((id) => `Likely cause: ${RULES[id].cause}`);
  for (const until = Date.now() + MOST_MS; ;) {
    const { output, said } = await ops(of, line);
    const shown = news(output);
    const missing = quoted.filter((word) => !shown.includes(word));
    if (alarm !== undefined) {
      if (!shown.includes(`${alarm} is ALARM`)) missing.push('ALARM');
      if (likely.length > 0 && !likely.some((each) => shown.includes(each))) missing.push(likely.join(' or '));
    }
    if (missing.length === 0) return [];
    if (Date.now() > until) return [`${line} does not show ${missing.join(', ')}:\n${said}${shown}`];
    await sleep(500);
  }
}

async function missingOn(page: string, of: Target, causes: readonly CauseId[] = []): Promise<string[]> {
  const missing = await Promise.all(checksOf(page, NODE).map((check) => missingIn(check, of, causes)));
  return missing.flat().map((each) => `${page}: ${each}`);
}

test.each(Object.entries(GIVEN))('the checks of %s show what it quotes with the figures of %j', async (page, kinds) => {
  expect(await missingOn(page, measuredBy(new Evening(kinds)))).toStrictEqual([]);
});

test.each(BROKEN)('under $drills the checks of $pages show what they quote', async ({ drills, pages }) => {
  const played = drills.flatMap((name) => DRILLS[name] ?? []);
  const causes = played.flatMap((drill) => drill.causes);
  try {
    for (const drill of played) await system.break(drill);
    // In Lambda's own words (Lambda guide, troubleshooting-invocation): no function here runs into a limit.
    for (const line of ['Task timed out after 4.00 seconds', 'Error: Runtime exited with error: signal: killed'])
      if (pages.includes('function-errors')) system.telemetry.take('search', line);
    const target = measuredBy(system.telemetry.metrics);
    const missing = await Promise.all(pages.map((page) => missingOn(page, target, causes)));
    expect(missing.flat()).toStrictEqual([]);
  } finally {
    for (const drill of played.toReversed()) await system.heal(drill);
  }
});
