import type { APIGatewayProxyEvent } from 'aws-lambda';
import { TYPICAL_QUESTIONS } from '../../../lambda/rules/question';
import { Random } from '../example-data/random';
import { searchEvent } from '../local-stage/api-event';

/** Different questions: each persona with so many budgets around its typical one. */
const BUDGETS = 100;
/** How far a budget's ends lie from the typical ones, in steps of this, 만원. */
const STEP = 50;

/**
 * What people ask, about: 600 questions of which the n-th most popular is asked 1/n as often as the first (Zipf,
 * exponent 1), with personas taking turns in rank. The most popular tenth gets two thirds.
 * @returns gives the next question.
 */
export function typicalMix(seed = 5): () => APIGatewayProxyEvent {
  const random = new Random(seed);
  const questions = Array.from({ length: BUDGETS }, (_, rank) => rank).flatMap((rank) =>
    TYPICAL_QUESTIONS.map(({ persona, budgetMin, budgetMax }) => ({
      persona,
      budgetMin: budgetMin - STEP * (rank % 10),
      budgetMax: budgetMax + STEP * Math.floor(rank / 10),
    })),
  );
  const sums: number[] = [];
  questions.forEach((_, rank) => sums.push((sums.at(-1) ?? 0) + 1 / (rank + 1)));
  return () => {
    const at = random.next() * (sums.at(-1) ?? 0);
    return searchEvent(questions[sums.findIndex((sum) => at < sum)] ?? {});
  };
}
