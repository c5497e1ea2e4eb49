import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../../lib/constructs/functions/bundle';
import { runOps } from '../../../../lib/tools/ops/program';
import { EXIT, OperationError } from '../../../../lib/tools/ops/report/errors';

const docs = readdirSync(path.join(PROJECT_ROOT, 'docs'), { recursive: true, encoding: 'utf8' });
const pages = ['README.md', ...docs.filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`)];
const NAMES = 'alarms|cache|catalogue|diagnose|doctor|forget-again|logs|page-test|promises|purge|search|status|warm';
/** Also as the pages write a command for short, after its first mention. */
const COMMAND = new RegExp(`\`(?:npm run ops -- (?!--|<)|(?=(?:${NAMES}) [a-z<-]))([^\`]+)\``, 'g');
/** Of `aws`; and the name of a command, without what it wants. */
const OTHERS = ['logs tail', 'forget-again'];
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  '<stage>': 'prod',
  '<alarm>': 'HitRate',
  '<prefix>': 'search:',
  '<time>': '2026-11-23T18:00:00Z',
  '<when the snapshot was taken, such as 2026-11-23T18:00:00Z>': '2026-11-23T18:00:00Z',
};
const written = pages.flatMap((page) =>
  [...readFileSync(path.join(PROJECT_ROOT, page), 'utf8').matchAll(COMMAND)].map(([, command = '']) => command),
);

test.each([...new Set(written)].filter((command) => !OTHERS.includes(command)))('%s is a command', async (command) => {
  const typed = Object.entries(PLACEHOLDERS).reduce((line, [from, to]) => line.replaceAll(from, to), command);
  const line = typed.includes(' --local') || typed.includes(' --stage') ? typed : `${typed} --stage prod`;
  const exits: number[] = [];
  await runOps(line.split(' '), {
    connect: () => Promise.reject(new OperationError('not here', EXIT.unreachable)),
    write: () => undefined,
    progress: () => undefined,
    exit: (code) => exits.push(code),
  });
  expect(exits).toEqual([EXIT.unreachable]);
});

test('commands are found', () => expect(written.length).toBeGreaterThan(100));
