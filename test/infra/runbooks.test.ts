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
import { kindOf } from '../../lib/constructs/observability/alarm-table/alarm';
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
