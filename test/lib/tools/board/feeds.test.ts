import { summarise } from '../../../../lib/tools/board/feeds/demand';
import { roleChanges } from '../../../../lib/tools/board/feeds/happenings';
import { nodePage } from '../../../../lib/tools/board/pages/node-page';
import type { Target } from '../../../../lib/tools/ops/stage/target';
import type { Analytics } from '../../../../lambda/contract/analytics';

const MINUTES = { name: 'x', seconds: 600, period: 60 };
const NOW = 600_000;

test('a failover is told of the node that became primary and of the one that no longer is', () => {
  const [rises, falls] = [roleChanges('b', [0, 0, 1, 1], NOW, MINUTES), roleChanges('a', [1, 1, 0, 0], NOW, MINUTES)];
  expect([rises, falls]).toEqual([
    [{ at: 480_000, kind: 'failover', what: 'b became the primary' }],
    [{ at: 480_000, kind: 'failover', what: 'a became a replica' }],
  ]);
});

test('a node that says nothing for three periods is silent, and is heard again', () => {
  const said = roleChanges('a', [1, undefined, undefined, undefined, undefined, 1], NOW, MINUTES);
  expect(said.map(({ what }) => what)).toEqual(['a reports nothing', 'a reports again']);
  expect(roleChanges('a', [1, undefined, undefined, 1], NOW, MINUTES)).toStrictEqual([]);
  expect(roleChanges('a', [undefined, undefined, undefined, undefined, 1], NOW, MINUTES)).toStrictEqual([]);
});

test('a node’s page says nothing of what could not be asked, and has the time of the system', async () => {
  const target = {
    nodeIds: ['a'],
    series: () => Promise.resolve([[1]]),
    slowCommands: () => Promise.reject(new Error('Connection is closed')),
  } as unknown as Target;
  expect(await nodePage({ target, clock: () => NOW }, 'a')).toEqual({
    id: 'a',
    at: NOW,
    changes: [],
    slow: null,
    unanswered: ['slow log: Connection is closed'],
  });
});

test('what people ask for is summed over lines, the most frequent first, budgets in their order', () => {
  const asked = (persona: string, budgetUpTo: number, searches: number) => ({
    persona,
    usage: 'any',
    familyType: 'any',
    lease: 'nolease',
    page: 1,
    budgetUpTo,
    searches,
  });
  const searches = [
    { askedFor: [asked('none', 10_000, 2), asked('working_mom', 3_000, 5)] },
    { askedFor: [asked('none', 3_000, 4)], carsShown: [{ maker: '기아', model: '카니발', listings: 3 }] },
    {
      carsShown: [
        { maker: '현대', model: '투싼', listings: 9 },
        { maker: '기아', model: '카니발', listings: 1 },
      ],
    },
  ] as Partial<Analytics>[];
  const steps = [
    { sessionSteps: [{ question: 1, reached: 4, stopped: 4, completed: 0 }] },
    {
      sessionSteps: [
        { question: 1, reached: 1, stopped: -2, completed: 1 },
        { question: 0, reached: 6, stopped: 1, completed: 0 },
      ],
    },
  ];
  expect(summarise(searches, steps)).toEqual({
    personas: [
      { label: 'none', count: 6 },
      { label: 'working_mom', count: 5 },
    ],
    budgets: [
      { label: '3000', count: 9 },
      { label: '10000', count: 2 },
    ],
    cars: [
      { label: '현대 투싼', count: 9 },
      { label: '기아 카니발', count: 4 },
    ],
    steps: [
      { question: 0, reached: 6, stopped: 1, completed: 0 },
      { question: 1, reached: 5, stopped: 2, completed: 1 },
    ],
  });
});
