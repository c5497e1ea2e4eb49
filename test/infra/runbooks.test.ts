import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import packageJson from '../../package.json';
import { FUNCTION_NAMES } from '../../lambda/contract/functions';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';
import { DRILLS } from '../../lib/tools/drills/drills';
import { drillsOf } from '../../lib/tools/drills/rehearsed';
import { UNREHEARSED } from '../../lib/tools/drills/unrehearsed';
import { withRehearsals } from '../../lib/tools/docs/rehearsals';
import { runbookEntries, runbookIndex } from '../../lib/tools/docs/runbook-index';
import { dev, prod } from '../../lib/stages/examples';
import { kindOf } from '../../lib/constructs/observability/alarm-table/alarm';
import { alarmTable } from '../../lib/constructs/observability/alarm-table/table';
import { alarmedStage } from '../../lib/constructs/observability/alarmed-stage';
import { parseSettings } from '../../lib/stages/parse-settings';
import { COMPOSITES } from '../../lib/constructs/observability/alarm-table/composites';
import { PROMISES } from '../../lib/constructs/observability/promises/promise-table';
import { EXIT, OperationError } from '../../lib/tools/ops/report/errors';
import { runOps } from '../../lib/tools/ops/program';
import { checksOf } from '../lib/tools/ops/runbook-page';

const FOLDER = path.join(PROJECT_ROOT, 'docs/runbooks');
const pages = readdirSync(FOLDER).filter((file) => file !== 'README.md');
const textOf = (file: string) => readFileSync(path.join(FOLDER, file), 'utf8');
const SECTIONS = ['What it means', 'Who feels it', 'Check', 'Fix', 'Verify', 'Follow up', 'Rehearse'];
const entries = runbookEntries();
const commands = pages.flatMap((page) =>
  [...textOf(page).matchAll(/`((?:npm|npx|aws) [^`]+)`/g)].map(([, command = '']) => [page, command] as const),
);

test('every alarm has its page, and every page its alarm', () => {
  expect([...new Set(entries.map(({ runbook }) => `${runbook}.md`))].sort()).toEqual([...pages].sort());
  for (const { alarm, runbook } of entries) expect(textOf(`${runbook}.md`).split('\n')[0]).toContain(alarm);
});

test('the index is what the table says; npm run docs writes it', () => {
  const rows = (text: string) =>
    text
      .split('\n')
      .filter((line) => line.startsWith('| ['))
      .map((line) => line.replace(/\s+/g, ' '));
  expect(rows(textOf('README.md'))).toEqual(rows(runbookIndex()));
});

test.each(pages)('%s tells which drill rehearses it, or that none can; npm run docs writes it', (page) => {
  expect(withRehearsals(textOf(page), page.replace('.md', ''))).toBe(textOf(page));
  expect(textOf(page).match(/^No drill: /gm) ?? ['a drill']).toHaveLength(1);
});

test('every alarm has a drill or a reason why not, and every drill an alarm and a page', () => {
  const kinds = entries.map(({ alarm }) => kindOf(alarm));
  for (const kind of kinds) expect([kind, drillsOf(kind).length > 0]).toEqual([kind, !(kind in UNREHEARSED)]);
  expect(Object.keys(UNREHEARSED).filter((kind) => !kinds.includes(kind))).toStrictEqual([]);
  for (const { rehearses } of Object.values(DRILLS))
    for (const alarm of rehearses) expect(kinds).toContain(kindOf(alarm));
  const named = pages.flatMap((page) =>
    [...textOf(page).matchAll(/npm run drill -- ([\w-]+)/g)].map(([, name]) => name),
  );
  expect([...new Set(named)].sort()).toEqual(Object.keys(DRILLS).sort());
});

test.each(pages)('%s has the sections of every page, none of them empty', (page) => {
  const sections = textOf(page)
    .split(/^## /m)
    .slice(1)
    .map((section) => section.split('\n'));
  expect(sections.map(([heading]) => heading)).toEqual(SECTIONS);
  for (const [, ...lines] of sections) expect(lines.join('').trim().length).toBeGreaterThan(20);
});

test.each(commands.filter(([, command]) => command.startsWith('npm run ops --')))(
  '%s: %s is a command',
  async (_, command) => {
    const line = command
      .replace('npm run ops -- ', '')
      .replaceAll('<stage>', 'prod')
      .replaceAll('<node>', 'carfin-prod-0001-001')
      .split(' ');
    const exits: number[] = [];
    await runOps(line, {
      // As far as the target: what comes before is the form of the line.
      connect: () => Promise.reject(new OperationError('not here', EXIT.unreachable)),
      write: () => undefined,
      progress: () => undefined,
      exit: (code) => exits.push(code),
    });
    expect(exits).toEqual([EXIT.unreachable]);
  },
);

test.each(commands.filter(([, command]) => !command.startsWith('npm run ops')))('%s: %s exists', (_, command) => {
  const [program, first = '', second = ''] = command.split(' ');
  const known =
    program === 'npm'
      ? Object.keys(packageJson.scripts)
      : ['cdk', 'logs', 'lambda', 'rds', 'sqs', 'scheduler', 'cloudwatch'];
  expect(known).toContain(program === 'npm' ? second : first);
});

test.each(pages)('%s begins with what the mail of its alarm says to type, and quotes what each check shows', (page) => {
  const own = entries.filter(({ runbook }) => `${runbook}.md` === page);
  const telling = own.filter(({ severity }) => severity !== 'part').map(({ alarm }) => alarm);
  const kinds = own.map(({ alarm }) => kindOf(alarm));
  // Of a part too the one that tells: which node or function it is stands in what is shown.
  const above = COMPOSITES.filter(({ of }) => of.some((kind) => kinds.includes(kind))).map(({ id }) => id);
  const [first, ...others] = checksOf(page.replace('.md', ''), 'node');
  expect(telling.length > 0 ? telling : [...kinds, ...above]).toContain(first?.line.replace('diagnose ', ''));
  for (const { line, quoted } of [first, ...others].flatMap((check) => check ?? []))
    expect([line, quoted.length > 0]).toEqual([line, true]);
});

test.each(pages)(
  '%s asks for no name that whoever is woken has not read, and names promises as they are named',
  (page) => {
    const own = commands.filter(([of, command]) => of === page && command.startsWith('npm run ops'));
    expect(own.filter(([, command]) => command.replace('<stage>', '').includes('<'))).toStrictEqual([]);
    const titles = Object.values(PROMISES).map(({ title }) => title);
    for (const [, words] of textOf(page).matchAll(/"([^"]+)"/g)) expect(titles).toContain(words);
  },
);

test.each(commands.filter(([, command]) => command.includes('diagnose')))('%s: %s names an alarm', (_, command) => {
  const named = / diagnose (\S+)/.exec(command)?.[1] ?? '';
  const names = entries.flatMap(({ alarm }) =>
    alarm.endsWith('-<function>') ? FUNCTION_NAMES.map((name) => alarm.replace('<function>', name)) : [alarm],
  );
  expect(names).toContain(named);
});

/** What a page says that its alarm means, and the figures of the table: threshold, of how many periods, s each. */
const MEANINGS: readonly (readonly [
  kind: string,
  words: string,
  figures: readonly [number, number, number, number],
])[] = [
  ['HitRate', 'Less than 70 % of the searches of two quarters of an hour', [70, 2, 2, 900]],
  ['CacheShare', 'For half an hour hardly any search (below 5 %)', [5, 2, 2, 900]],
  ['QueriesSaved', 'Over half an hour less than 60 %', [60, 2, 2, 900]],
  ['Freshness', 'more than a minute after the table changed, on average, in two quarters of an hour', [60, 2, 2, 900]],
  ['ValkeyLatency', 'more than 5 ms on average over a quarter of an hour', [5, 3, 3, 300]],
  ['SearchesUnanswered', 'More than one search in ten of five minutes', [10, 1, 1, 300]],
  ['DatabaseErrors', 'More than five queries', [5, 2, 2, 300]],
  ['DatabaseErrors', 'in each of two periods of five minutes', [5, 2, 2, 300]],
  ['Continuity', 'less than 95 % were found, over a quarter of an hour', [95, 1, 1, 900]],
  [
    'Completion',
    'Less than 90 % of the questions asked in sessions were answered, over a quarter of an hour',
    [90, 1, 1, 900],
  ],
  [
    'Satisfaction',
    'For a day, in every six hours with 20 scores or more, people gave less than 4.5',
    [4.5, 4, 4, 21_600],
  ],
  ['ApiErrors', 'More than 20 % of the requests of five minutes', [20, 1, 1, 300]],
  ['ApiRefusals', 'more than half of the requests of five minutes', [50, 1, 1, 300]],
  ['Heartbeat', 'More than half of the searches of five minutes got no answer', [50, 1, 1, 300]],
  ['AnsweredBurnHour', 'fast: 7.2 % over an hour', [7.2, 1, 1, 3_600]],
  ['AnsweredBurnSixHours', 'slow: 3 % over six hours', [3, 1, 1, 21_600]],
  ['ValkeyBurnHour', 'fast: 1.44 % over an hour', [1.44, 1, 1, 3_600]],
  ['ValkeyBurnSixHours', 'slow: 0.6 % over six hours', [0.6, 1, 1, 21_600]],
  ['Failing', 'more than 5 % of the requests to search or conversation ended with 5xx in five minutes', [5, 1, 1, 300]],
  ['Blocked', 'blocked more than 100 requests in each of two periods of five minutes', [100, 2, 2, 300]],
  ['Errors', 'ended in errors in two of three five-minute periods', [0, 2, 3, 300]],
  ['Throttles', 'refused in two of three five-minute periods', [0, 2, 3, 300]],
  ['WarmUpDuration', 'more than four fifths of the function’s time limit', [0.8 * 180_000, 2, 3, 300]],
  ['WarmUpMissing', 'none has ended well for 15 minutes', [1, 3, 3, 300]],
  ['WarmUpFailed', 'more than two in five minutes, twice', [2, 2, 2, 300]],
  ['IndexAge', 'more than half an hour ago', [1_800, 3, 3, 300]],
  ['Memory', 'more than 80 % of its memory for five minutes', [80, 5, 5, 60]],
  ['Cpu', 'CPU above 45 %', [45, 5, 5, 60]],
  [
    'Evictions',
    'More than 100 keys in five minutes were dropped for want of memory, twice in a quarter of an hour',
    [100, 2, 3, 300],
  ],
  ['ReplicationLag', 'more than five seconds behind its primary for five minutes', [5, 5, 5, 60]],
  ['Traffic', 'for three of five minutes', [0, 3, 5, 60]],
  ['Network', 'in three five-minute periods', [0, 3, 3, 300]],
  ['Credits', 'fewer than 20 CPU credits left for half an hour', [20, 6, 6, 300]],
  ['Refused', 'more than five logins or commands in five minutes, twice in a quarter of an hour', [5, 2, 3, 300]],
];

test.each(MEANINGS)('the page of %s says “%s”, as the table has it', (kind, words, figures) => {
  const rows = Object.entries({ prod, dev }).flatMap(([name, input]) =>
    alarmTable({ ...alarmedStage(name, parseSettings(name, input), ''), webAcl: { metric: '', region: '' } }),
  );
  const row = rows.find(({ id }) => kindOf(id) === kind);
  expect([row?.threshold, row?.datapoints, row?.periods, row?.period]).toEqual(figures);
  expect(textOf(`${row?.runbook ?? ''}.md`).split('## Who feels it')[0]).toContain(words);
});
