import { RULES, type AskedSearch, type RuleName } from '../../client/compare-answers';
import { drawn, drawTable, type Figures } from '../text/table';
import { thousands } from '../text/thousands';
import type { SampledPair } from './run-sample';

const CLASSES = ['same', 'by rule', 'differs', 'unanswered'] as const;

/** What a shadow has found, for programs: `--json`. */
export interface ShadowReport {
  /** What was asked beside the original. */
  stage: string;
  original: string;
  /** ISO 8601, UTC. */
  at: string;
  counts: Record<(typeof CLASSES)[number], number>;
  /** How many pairs each rule explains; a pair can have several. */
  rules: Partial<Record<RuleName, number>>;
  /** ms, of pairs that both answered. */
  times: Record<'original' | 'api' | 'handler', Quantiles | null>;
  /** Told by a live shadow only. */
  notes: string[];
  pairs: SampledPair[];
}

interface Quantiles {
  p50: number;
  p90: number;
  p99: number;
  most: number;
}

export function reportOf(
  head: Pick<ShadowReport, 'stage' | 'original' | 'at' | 'notes'>,
  pairs: readonly SampledPair[],
): ShadowReport {
  const counts = { same: 0, 'by rule': 0, differs: 0, unanswered: 0 };
  const rules: Partial<Record<RuleName, number>> = {};
  for (const pair of pairs) {
    counts[pair.class]++;
    for (const rule of pair.rules) rules[rule] = (rules[rule] ?? 0) + 1;
  }
  const answered = pairs.filter((pair) => pair.class !== 'unanswered');
  return {
    ...head,
    counts,
    rules,
    times: {
      original: quantiles(answered.map(({ originalMs }) => originalMs)),
      api: quantiles(answered.map(({ apiMs }) => apiMs)),
      handler: quantiles(answered.flatMap(({ handlerMs }) => handlerMs ?? [])),
    },
    pairs: [...pairs],
  };
}

function quantiles(values: readonly number[]): Quantiles | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  // The smallest that so many are not above.
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? NaN;
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), most: at(1) };
}

/** Whether somebody must look: an answer differs without a rule, or one of the two did not answer. */
export const needsALook = ({ counts }: ShadowReport): boolean => counts.differs + counts.unanswered > 0;

/** @returns the tables that terminal and page show. */
export function figuresOf({
  counts,
  rules,
  times,
  pairs,
}: ShadowReport): Record<'classes' | 'rules' | 'times', Figures> {
  const share = (count: number) => `${((100 * count) / pairs.length).toFixed(1)} %`;
  const ruled = (Object.keys(RULES) as RuleName[]).flatMap((name) =>
    rules[name] === undefined ? [] : [[name, thousands(rules[name]), RULES[name]]],
  );
  const timed = (name: string, found: Quantiles | null) =>
    found === null ? [] : [[name, ...[found.p50, found.p90, found.p99, found.most].map((ms) => ms.toFixed(1))]];
  return {
    classes: {
      head: ['answers', 'searches', 'share'],
      rows: CLASSES.map((name) => [name, thousands(counts[name]), share(counts[name])]),
    },
    rules: { head: ['explained by', 'searches', 'rule'], rows: ruled },
    times: {
      head: ['ms', 'p50', 'p90', 'p99', 'longest'],
      rows: [
        ...timed('original', times.original),
        ...timed('this API', times.api),
        ...timed('this API, handler alone', times.handler),
      ],
    },
  };
}

/** Pairs that the terminal shows one by one. */
const MOST_SHOWN = 20;

/** @returns the report as the terminal shows it. */
export function reportText(report: ShadowReport): string {
  const { classes, rules, times } = figuresOf(report);
  const looked = report.pairs.filter((pair) => pair.class === 'differs' || pair.class === 'unanswered');
  const shown = looked
    .slice(0, MOST_SHOWN)
    .map((pair) => `line ${pair.line}: ${words(pair.search)}: ${pair.class}. ${pair.why ?? ''}`);
  return [
    `${report.stage} beside the original (${report.original}), ${report.at}`,
    drawn(classes),
    ...(rules.rows.length === 0 ? [] : [drawnWithText(rules)]),
    ...(times.rows.length === 0 ? [] : [drawn(times)]),
    ...shown,
    ...(looked.length > MOST_SHOWN ? [`and ${looked.length - MOST_SHOWN} more: the page has them.`] : []),
    ...report.notes,
  ].join('\n');
}

const drawnWithText = ({ head, rows }: Figures) =>
  drawTable({ head, colAligns: ['left', 'right', 'left'], colWidths: [14, 10, 60], wordWrap: true }, rows);

/** @returns a search in the words of the API, without what is as by default. */
export function words(search: AskedSearch): string {
  const { budgetMin, budgetMax, persona, includeLease, usage, familyType, limit, offset } = search;
  return [
    `${budgetMin}-${budgetMax}만원`,
    ...(persona === 'none' ? [] : [persona]),
    ...(includeLease ? ['with lease'] : []),
    ...(usage === 'any' ? [] : [usage]),
    ...(familyType === 'any' ? [] : [familyType]),
    ...(limit === 100 && offset === 0 ? [] : [`${limit} from ${offset}`]),
  ].join(', ');
}
