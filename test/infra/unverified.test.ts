import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import packageJson from '../../package.json';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';
import { SETTING_PATHS } from '../../lib/stages/find-commands';
import { EXIT, OperationError } from '../../lib/tools/ops/report/errors';
import { runOps } from '../../lib/tools/ops/program';
import { stacksOf, synthesise } from './templates';
import { regional } from './inputs';

const text = readFileSync(path.join(PROJECT_ROOT, 'UNVERIFIED.md'), 'utf8');
const rows = text
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(2)
  .map((line) => line.split(' | '));
const quoted = [...text.matchAll(/`([^`]+)`/g)].map(([, each = '']) => each);
const matching = (pattern: RegExp) => [...new Set(quoted.filter((each) => pattern.test(each)))];

test('each assumption has a way to check it and what to do if it is wrong', () => {
  expect(rows.length).toBeGreaterThan(25);
  for (const row of rows) {
    expect(row).toHaveLength(3);
    for (const cell of row) expect(cell.replaceAll('|', '').trim().length).toBeGreaterThan(10);
  }
});

test.each(matching(/^npm run ops -- /))('%s is a command', async (command) => {
  const line = command.replace('npm run ops -- ', '').replace('<that stage>', 'prod').split(' ');
  const exits: number[] = [];
  await runOps(line, {
    connect: () => Promise.reject(new OperationError('not here', EXIT.unreachable)),
    write: () => undefined,
    progress: () => undefined,
    exit: (code) => exits.push(code),
  });
  expect(exits).toEqual([EXIT.unreachable]);
});

test.each(matching(/^npm run /))('%s is a program', (command) => {
  expect(Object.keys(packageJson.scripts)).toContain(command.split(' ')[2]);
});

test.each(matching(/^(lib|lambda|docs)\/\S+$/))('%s is there', (file) => {
  expect(existsSync(path.join(PROJECT_ROOT, file))).toBe(true);
});

test.each(matching(/^(cache|api|network|database|images|audit|chat)\.[\w.]+(: \S+)?$/))(
  '%s is a setting',
  (setting) => {
    const name = setting.split(':')[0] ?? '';
    expect(SETTING_PATHS.some((each) => each === name || each.startsWith(`${name}.`))).toBe(true);
  },
);

test('what stands in angle brackets is an output, a setting, or told beside it', () => {
  const named = matching(/^(aws|curl|openssl) /).flatMap((command) =>
    [...command.matchAll(/<([A-Z]\w+)>/g)].map(([, name = '']) => name),
  );
  const outputs = stacksOf(synthesise('regional', regional)).flatMap(({ template }) =>
    Object.keys(template.toJSON().Outputs as object),
  );
  expect(named.filter((name) => name !== 'URL' && !outputs.includes(name))).toStrictEqual([]);
});
