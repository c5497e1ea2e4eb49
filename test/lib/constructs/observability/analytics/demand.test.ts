import fc from 'fast-check';
import { Demand } from '../../../../../lambda/telemetry/demand';
import { LAST_QUESTION, MOST_MODELS } from '../../../../../lambda/contract/analytics';
import { METRICS } from '../../../../../lambda/contract/metrics';
import { TYPICAL_QUESTIONS, type Question } from '../../../../../lambda/rules/question';
import { Emitter } from '../../../../../lambda/telemetry/emitter';
import { generateListings } from '../../../../../lib/tools/example-data/listings';

const [question] = TYPICAL_QUESTIONS as [Question];
const listings = [...generateListings(300, 7)];

test('whatever sessions do, those that began are those that stopped and those that were completed', () => {
  // Each session asks so many questions and is completed or not; one line tells of some of them.
  const session = fc.record({ questions: fc.nat(40), completed: fc.boolean() });
  fc.assert(
    fc.property(fc.array(session, { minLength: 1 }), (sessions) => {
      const demand = new Demand();
      for (const { questions, completed } of sessions) {
        demand.sessionBegan();
        for (let n = 1; n <= questions; n++) demand.sessionAsked(n);
        if (completed) demand.sessionCompleted(questions);
      }
      for (const { question: n, stopped, completed } of demand.take()?.sessionSteps ?? []) {
        const here = sessions.filter(({ questions }) => Math.min(questions, LAST_QUESTION) === n);
        expect([stopped, completed]).toEqual([
          here.filter((each) => !each.completed).length,
          here.filter((each) => each.completed).length,
        ]);
      }
    }),
  );
});

test('every answer of a line has the same chance to be the one whose cars are told', () => {
  const [one, other] = listings.filter(({ model }, i) => listings.findIndex((each) => each.model === model) === i);
  if (one === undefined || other === undefined) throw new Error('two models are needed');
  let first = 0;
  for (let i = 0; i < 2_000; i++) {
    const demand = new Demand();
    demand.answered(question, 'v', () => [one]);
    demand.answered(question, 'v', () => [other]);
    const [car, ...rest] = demand.take()?.carsShown ?? [];
    expect([car?.listings, rest]).toEqual([2, []]);
    if (car?.model === one.model) first++;
  }
  expect(Math.abs(first - 1_000)).toBeLessThan(200); // nine standard deviations
});

test('the models that are told are bounded, those shown most', () => {
  const demand = new Demand();
  demand.answered(question, 'v', () => listings);
  const shown = demand.take()?.carsShown ?? [];
  expect(shown).toHaveLength(MOST_MODELS);
  const counts = new Map<string, number>();
  for (const { manufacturer, model } of listings) {
    const name = `${manufacturer} ${model}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  expect(counts.size).toBeGreaterThan(MOST_MODELS);
  expect(shown.map((car) => car.listings)).toEqual([...counts.values()].sort((a, b) => b - a).slice(0, MOST_MODELS));
});

test('an answer that cannot be read costs nobody their request', () => {
  const demand = new Demand();
  demand.answered(question, 'v', () => JSON.parse('{') as []);
  expect(demand.take()).toEqual({
    askedFor: [expect.objectContaining({ searches: 1 })],
    answeredFrom: [{ catalogue: 'v', searches: 1 }],
  });
});

test('what was counted goes out once, on one line, beside the metrics', () => {
  process.env.METRICS_DISABLED = 'false';
  const lines: Record<string, unknown>[] = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(JSON.parse(String(line)) as Record<string, unknown>);
    return true;
  });
  const emitter = new Emitter({});
  emitter.demand.answered(question, 'v', () => listings.slice(0, 1));
  for (let i = 0; i < 150; i++) emitter.record(METRICS.searchTime, 'Milliseconds', i);
  emitter.flushNow();
  emitter.count(METRICS.valkeyOperations);
  emitter.flushNow();
  jest.restoreAllMocks();
  expect(lines.map((line) => 'askedFor' in line)).toEqual([true, false, false]);
  expect(lines[0]).toMatchObject({ askedFor: [{ searches: 1 }], carsShown: [{ listings: 1 }] });
});
