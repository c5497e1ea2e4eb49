import { readLiveLog } from '../../../../lib/tools/shadow/live-pairs';
import { readSample } from '../../../../lib/tools/shadow/sample';

const ANY = {
  persona: 'none',
  includeLease: false,
  usage: 'any',
  familyType: 'any',
  limit: 100,
  offset: 0,
} as const;

test('a sample holds queries and the original’s keys', () => {
  const sample = readSample(
    [
      '# of Tuesday',
      '',
      'budgetMin=2500&budgetMax=3200&persona=working_mom',
      '/v1/vehicles/search?budgetMin=1&budgetMax=2&limit=20&usage=%EC%B0%A8%EB%B0%95',
      'search:1600-2000_first_car_anxiety_lease_출퇴근_주말\r',
    ].join('\n'),
  );
  expect(sample.map(({ line, parameters, search }) => [line, parameters.usage, search])).toEqual([
    [3, undefined, { ...ANY, budgetMin: 2_500, budgetMax: 3_200, persona: 'working_mom' }],
    [4, '차박', { ...ANY, budgetMin: 1, budgetMax: 2, usage: 'camping', limit: 20 }],
    [
      5,
      '출퇴근_주말',
      { ...ANY, budgetMin: 1_600, budgetMax: 2_000, persona: 'first_car_anxiety', includeLease: true },
    ],
  ]);
});

test('each wrong line is told with its rule, and never with what was typed', () => {
  const typed = [
    '제 이름은 김철수',
    'budgetMin=2&budgetMax=1',
    'budgetMin=x&budgetMax=1&user=kim',
    'search:1-2_nobody_lease_any',
    'budgetMin=1&budgetMin=2&budgetMax=3',
  ];
  expect(() => readSample(typed.join('\n'))).toThrow(
    new Error(
      [
        'The sample can’t be asked:',
        'line 1 is no search: write budgetMin=2500&budgetMax=3200, or a key such as search:2500-3200_none_nolease_any',
        'line 2: budgetMax must be at least budgetMin',
        'line 3: budgetMin must be an integer from 0 to 1000000 (만원, 10,000 KRW)',
        'line 3: a search has no such parameter; docs/api.md names what it has',
        'line 4: persona must be one of none, first_car_anxiety, working_mom, mz_office_worker, camping_lover, ' +
          'large_family_dad, ceo_executive',
        'line 5 is no search: write budgetMin=2500&budgetMax=3200, or a key such as search:2500-3200_none_nolease_any',
      ].join('\n  '),
    ),
  );
  expect(() => readSample('# nothing\n')).toThrow('The sample holds no search.');
  expect(() => readSample('budgetMin=1&budgetMax=2\n'.repeat(10_001))).toThrow(
    'The sample holds 10001 searches; one run asks 10000 at most: take some of them.',
  );
});

const PAIR = {
  kind: 'pair',
  search: { ...ANY, budgetMin: 1, budgetMax: 2 },
  class: 'by rule',
  rules: ['limit'],
  originalMs: 180.5,
  apiMs: 9.1,
  found: 300,
  total: 300,
};

test('a log of a live shadow is read through whatever stands before its lines', () => {
  const log = readLiveLog(
    [
      `2026-11-26T00:00:00Z INFO ${JSON.stringify(PAIR)}`,
      'GET / 200',
      '{"level":"info"}',
      '{"kind":"not mirrored","operation":"saveConversation","error":"Error ECONNREFUSED"}',
      '{"kind":"not carried over","messages":2}',
    ].join('\n'),
  );
  expect(log).toEqual({ pairs: [{ ...PAIR, line: 1 }], notMirrored: 1, notCarriedOver: 2 });
});

test('an event that is not whole is told by its line', () => {
  expect(() => readLiveLog(`\n${JSON.stringify(PAIR).slice(0, 60)}`)).toThrow(
    'Line 2 is no whole event of CutoverFunctions: write JSON.stringify(event), a line each.',
  );
  expect(() => readLiveLog(JSON.stringify({ ...PAIR, class: 'fine' }))).toThrow('Line 1 is no whole event');
  expect(() => readLiveLog('GET / 200')).toThrow('The log holds no compared search');
});
