import { createHash } from 'node:crypto';
import { escapeHtml } from '../text/html';
import type { Figures } from '../text/table';
import { thousands } from '../text/thousands';
import { timesChart } from './chart';
import { figuresOf, words, type ShadowReport } from './report';
import type { SampledPair } from './run-sample';

/** Pairs that the page lists; `--json` has all. */
const MOST_LISTED = 500;

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --original: #b45309; --api: #2563eb; }
@media (prefers-color-scheme: dark) { :root { --original: #f59e0b; --api: #60a5fa; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { padding: .25rem .75rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
svg { width: 100%; height: auto; font-size: 13px; }
svg text { fill: currentColor; }
svg .grid { stroke: var(--line); }
svg .original { stroke: var(--original); stroke-width: 2.5; fill: none; }
svg .api { stroke: var(--api); stroke-width: 2.5; fill: none; }
svg .handler { stroke: var(--api); stroke-width: 2; stroke-dasharray: 4 4; fill: none; }
`;

/** It runs nothing and fetches nothing: one style, which is named by its hash. */
const POLICY =
  `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; ` +
  "form-action 'none'";

/** @returns the report as one page that needs no network; of a person it holds nothing, of a search its parameters. */
export function shadowPage(report: ShadowReport): string {
  const { classes, rules, times } = figuresOf(report);
  const title = `${report.stage} beside the original`;
  const answered = report.pairs.filter((pair) => pair.class !== 'unanswered');
  const handler = answered.flatMap(({ handlerMs }) => handlerMs ?? []);
  const chart = timesChart([
    { name: 'original', style: 'original', values: answered.map(({ originalMs }) => originalMs) },
    { name: 'this API', style: 'api', values: answered.map(({ apiMs }) => apiMs) },
    ...(handler.length === 0 ? [] : [{ name: 'this API, handler alone', style: 'handler', values: handler }]),
  ]);
  const look = report.pairs.filter((pair) => pair.class === 'differs' || pair.class === 'unanswered');
  const ruled = report.pairs.filter((pair) => pair.class === 'by rule');
  const asked = `${escapeHtml(report.at)}, ${thousands(report.pairs.length)} searches.`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p>The original: ${escapeHtml(report.original)}. ${asked}</p>
${table(classes)}
${report.notes.map((note) => `<p>${escapeHtml(note)}</p>`).join('\n')}
${rules.rows.length === 0 ? '' : `<h2>Differences that a rule explains</h2>\n${table(rules, [0, 2])}`}
<h2>Times</h2>
${answered.length === 0 ? '<p>No search was answered by both.</p>' : `${chart}\n${table(times)}`}
${listed('Differences without a rule, and missing answers', look)}
${listed('Differences by rule, search by search', ruled)}
</body>
</html>
`;
}

/** @param texts columns that hold words. */
function table({ head, rows }: Figures, texts: readonly number[] = [0]): string {
  const cell = (tag: 'th' | 'td') => (text: string, i: number) =>
    `<${tag}${texts.includes(i) ? '' : ' class="number"'}>${escapeHtml(text)}</${tag}>`;
  const line = (cells: readonly string[], tag: 'th' | 'td') => `<tr>${cells.map(cell(tag)).join('')}</tr>`;
  const body = rows.map((row) => line(row, 'td')).join('\n');
  return `<table><thead>${line(head, 'th')}</thead><tbody>${body}</tbody></table>`;
}

function listed(title: string, pairs: readonly SampledPair[]): string {
  if (pairs.length === 0) return '';
  const figures = {
    head: ['line', 'search', 'original', 'here', 'tier', 'why'],
    rows: pairs
      .slice(0, MOST_LISTED)
      .map((pair) => [
        String(pair.line),
        words(pair.search),
        `${pair.found === null ? '-' : thousands(pair.found)} in ${pair.originalMs.toFixed(1)} ms`,
        `${pair.total === null ? '-' : thousands(pair.total)} in ${pair.apiMs.toFixed(1)} ms`,
        pair.tier ?? '-',
        pair.why ?? pair.rules.join(', '),
      ]),
  };
  const more =
    pairs.length > MOST_LISTED ? `<p>and ${thousands(pairs.length - MOST_LISTED)} more: --json has them.</p>` : '';
  return `<h2>${escapeHtml(title)}</h2>\n${table(figures, [1, 4, 5])}\n${more}`;
}
