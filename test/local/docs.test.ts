import { readFileSync } from 'node:fs';
import path from 'node:path';
import { BUCKET_KEYS } from '../../lambda/catalogue/layout';
import {
  CATALOGUE_KEYS,
  chatKeys,
  chunkKey,
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
} from '../../lambda/contract/keys';
import { TYPICAL_QUESTIONS } from '../../lambda/rules/question';
import { PROJECT_ROOT } from '../../lib/functions/bundle';
import { openApiDocument } from '../../lib/docs/openapi';

const page = (file: string) => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');

test('docs/openapi.json is what the schemas say; npm run docs writes it', () => {
  expect(JSON.parse(page('docs/openapi.json'))).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
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
    seenKey('chat', '<userId>'),
  ])
    expect(text).toContain(`\`${key}\``);
  for (const seconds of Object.values(TTL)) expect(text).toContain(`${seconds.toLocaleString('en-US')} s`);
  expect(text).toContain(`version \`${LIVE}\``);
});

describe('keys', () => {
  const [, question] = TYPICAL_QUESTIONS;
  if (question === undefined) throw new Error('no typical question');

  test('have the form that docs/keys.md gives', () => {
    expect(searchKey(question, '3f2a9c01b7de')).toBe('search:2500-3200_working_mom_nolease_any_any_20_0_3f2a9c01b7de');
    expect([manifestKey('v'), chunkKey('v', 3)]).toEqual(['index:v', 'index:v:3']);
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
