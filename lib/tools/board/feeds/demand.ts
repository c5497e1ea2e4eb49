import type { Analytics } from '../../../../lambda/contract/analytics';
import type { LogLine } from '../../ops/stage/target';
import type { Bar, ShownDemand } from '../shown';
import type { BoardSystem } from './system';

const BACK_MS = 3_600_000;
/** Lines of each log, the newest; a line tells of up to a hundred searches. */
const MOST_LINES = 500;
const SHOWN_CARS = 8;

/** What people asked for in the last hour, from the log lines that the saved queries of docs/analytics.md read too. */
export async function demandFeed({ target }: BoardSystem): Promise<ShownDemand> {
  // Log lines have the time of this machine, also where the metrics' clock is another.
  const query = { from: Date.now() - BACK_MS, limit: MOST_LINES };
  const [search, conversation, steps] = await Promise.all([
    target.logs('search', { ...query, contains: '"askedFor"' }),
    target.logs('conversation', { ...query, contains: '"askedFor"' }),
    target.logs('conversation', { ...query, contains: '"sessionSteps"' }),
  ]);
  return summarise([...search, ...conversation].flatMap(analyticsOf), steps.flatMap(analyticsOf));
}

function analyticsOf({ text }: LogLine): Partial<Analytics>[] {
  try {
    return [JSON.parse(text) as Partial<Analytics>];
  } catch {
    // A line that was cut off.
    return [];
  }
}

/** @param searches lines with what was searched for. @param steps lines with steps of sessions */
export function summarise(searches: readonly Partial<Analytics>[], steps: readonly Partial<Analytics>[]): ShownDemand {
  const asked = searches.flatMap(({ askedFor = [] }) => askedFor);
  const shown = searches.flatMap(({ carsShown = [] }) => carsShown);
  const byQuestion = new Map<number, ShownDemand['steps'][number]>();
  for (const { question, reached, stopped, completed } of steps.flatMap(({ sessionSteps = [] }) => sessionSteps)) {
    const sum = byQuestion.get(question) ?? { question, reached: 0, stopped: 0, completed: 0 };
    byQuestion.set(question, {
      question,
      reached: sum.reached + reached,
      stopped: sum.stopped + stopped,
      completed: sum.completed + completed,
    });
  }
  return {
    personas: bars(asked.map(({ persona, searches: count }) => [persona, count])),
    budgets: bars(asked.map(({ budgetUpTo, searches: count }) => [String(budgetUpTo), count])).sort(
      (a, b) => Number(a.label) - Number(b.label),
    ),
    cars: bars(shown.map(({ maker, model, listings }) => [`${maker} ${model}`, listings])).slice(0, SHOWN_CARS),
    steps: [...byQuestion.values()].sort((a, b) => a.question - b.question),
  };
}

/** The most frequent first. */
function bars(counts: readonly (readonly [string, number])[]): Bar[] {
  const sums = new Map<string, number>();
  for (const [label, count] of counts) sums.set(label, (sums.get(label) ?? 0) + count);
  return [...sums].map(([label, count]) => ({ label, count })).sort((a, b) => b.count - a.count);
}
