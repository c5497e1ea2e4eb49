import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { BUCKET_KEYS } from '../../../../lambda/catalogue/layout';
import {
  CATALOGUE_KEYS,
  chatKeys,
  chunkKey,
  deltaKey,
  creationKey,
  imageKeys,
  leaseKey,
  LIVE,
  manifestKey,
  parseQuestionId,
  popularKey,
  preferenceKeys,
  questionId,
  recommendationKey,
  searchKey,
  seenKey,
  sessionIndexKey,
  sessionKeys,
  TTL,
} from '../../../../lambda/contract/keys';
import { TYPICAL_QUESTIONS } from '../../../../lambda/rules/question';
import { PERSONAL_DATA } from '../../../../lambda/contract/personal-data';
import { PROJECT_ROOT } from '../../../../lib/constructs/functions/bundle';
import { analyticsPage } from '../../../../lib/tools/docs/analytics-page';
import { commandNames, createProgram } from '../../../../lib/tools/ops/program';

const page = (file: string) => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');

test('docs/analytics.md is what the queries say; npm run docs writes it', () => {
  expect(page('docs/analytics.md').trim()).toBe(analyticsPage().trim());
});

test('docs/operations.md names every command of npm run ops, and no other', () => {
  const unused = () => Promise.reject(new Error('no command is run'));
  const program = createProgram({ connect: unused, write: () => 0, progress: () => 0, exit: () => 0 });
  const [, table = ''] = page('docs/operations.md').split('| command ');
  const [rows = ''] = table.split('\n\n');
  const named = rows
    .split('\n')
    .slice(2)
    .flatMap((row) => {
      const words = [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, words = '']) => words.split(' '));
      const group = words[0]?.[0] ?? '';
      return words.map(([first = '', second = '']) => {
        if (first !== group) return `${group} ${first}`;
        return /^[a-z]/.test(second) ? `${first} ${second}` : first;
      });
    })
    // `cache bypass on`, `off` are one command.
    .filter((name) => name !== 'cache off');
  expect(named.sort()).toEqual(commandNames(program).sort());
});

const PAGES = (readdirSync(path.join(PROJECT_ROOT, 'docs'), { recursive: true }) as string[])
  .filter((file) => file.endsWith('.md'))
  .map((file) => `docs/${file}`);

test('of a setting that is a text no rule speaks of a list', () => {
  const texts = page('docs/settings.md')
    .split('\n')
    .filter((row) => / \| text +\| /.test(row));
  expect(texts.length).toBeGreaterThan(20);
  expect(texts.filter((row) => row.includes('must name at'))).toStrictEqual([]);
});

test('a search that a document types has what a search needs', () => {
  const typed = ['README.md', ...PAGES].flatMap((file) =>
    [...page(file).matchAll(/\bsearch\??(?:" )? ?budgetM[^`"'\n|]*/g)].map(([search]) => `${file}: ${search}`),
  );
  expect(typed.length).toBeGreaterThan(4);
  expect(typed.filter((each) => !/budgetMin=\d/.test(each) || !/budgetMax=\d/.test(each))).toStrictEqual([]);
});

test.each(['README.md', ...PAGES])('every table of %s is whole: no blank line splits it', (file) => {
  const blocks = page(file)
    .replace(/^```[^]*?^```/gm, '')
    .split(/\n\s*\n/)
    .map((block) => block.trim())
    .filter((block) => block.startsWith('|'));
  for (const block of blocks) expect(block.split('\n')[1]).toMatch(/^\|[ :|-]+\|$/);
});

test('docs/keys.md names every key and TTL of the code', () => {
  const text = page('docs/keys.md');
  for (const key of [...BUCKET_KEYS, ...Object.values(CATALOGUE_KEYS)]) expect(text).toContain(`\`${key}\``);
  for (const key of [
    ...sessionKeys('<sessionId>'),
    sessionIndexKey('<userId>'),
    creationKey('<userId>', '<Idempotency-Key>'),
    seenKey('a2a', '<sessionId>'),
    ...chatKeys('<userId>'),
    ...preferenceKeys('<userId>'),
    recommendationKey('<userId>'),
    ...imageKeys(7, '<photo>').map((key) => key.replace('7', '<n>')),
    seenKey('chat', '<pseudonym>'),
  ])
    expect(text).toContain(`\`${key}\``);
  for (const { keys } of PERSONAL_DATA) for (const key of keys) expect(text).toContain(`\`${key}\``);
  for (const seconds of Object.values(TTL)) expect(text).toContain(`${seconds.toLocaleString('en-US')} s`);
  expect(text).toContain(`version \`${LIVE}\``);
});

describe('keys', () => {
  const [, question] = TYPICAL_QUESTIONS;
  if (question === undefined) throw new Error('no typical question');

  test('have the form that docs/keys.md gives', () => {
    expect(searchKey(question, '3f2a9c01b7de')).toBe('search:2500-3200_working_mom_nolease_any_any_20_0_3f2a9c01b7de');
    expect([manifestKey('v'), chunkKey('v', 3), deltaKey('v')]).toEqual(['index:v', 'index:v:3', 'index:v:delta']);
    expect(leaseKey('search:x')).toBe('lease:{search:x}');
    expect(popularKey(Date.UTC(2026, 10, 23, 12, 59))).toBe('popular:2026-11-23T12');
  });

  test('a question id can be read back, and nothing else can', () => {
    for (const each of TYPICAL_QUESTIONS) expect(parseQuestionId(questionId(each))).toEqual(each);
    for (const text of [
      '',
      'x',
      '1-2_none_lease_any_any_20',
      '1-2_somebody_lease_any_any_20_0',
      '1-2_none_lease_{x}_any_20_0',
    ]) {
      expect(parseQuestionId(text)).toBeUndefined();
    }
  });
});
