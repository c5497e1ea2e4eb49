import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Question } from '../../../lambda/rules/question';
import { searchEvent } from '../local-stage/api-event';

const PERSONA = 'working_mom';
const BUDGET = { budgetMin: 2500, budgetMax: 3200 } as const;
/** So many budgets differ in their lower end before the upper one moves. */
const LOWER_ENDS = 1_000;

/** The question that is asked again and again. */
export const REPEATED: Question = {
  ...BUDGET,
  persona: PERSONA,
  includeLease: false,
  usage: 'any',
  familyType: 'any',
  limit: 20,
  offset: 0,
};

/** {@link REPEATED} as it is asked: what is as by default is not said. */
export const repeated = (): APIGatewayProxyEvent => searchEvent({ ...BUDGET, persona: PERSONA });

/**
 * @returns a question for each number from 1 on, a little wider than {@link repeated}; each finds thousands and shows
 * the first 20.
 */
export function neverAsked(number: number): APIGatewayProxyEvent {
  return searchEvent({
    budgetMin: BUDGET.budgetMin - (number % LOWER_ENDS),
    budgetMax: BUDGET.budgetMax + 1 + Math.floor(number / LOWER_ENDS),
    persona: PERSONA,
  });
}

/** So many prices of dear cars, of which few are listed. */
const RARE_PRICES = 400;

/**
 * @returns a question of one price, other for each number: so few match that the whole order is read for them, the most
 * that selecting can cost.
 */
export function rare(number: number): APIGatewayProxyEvent {
  const price = 6_000 + 10 * (number % RARE_PRICES);
  const limit = 100 - Math.floor(number / RARE_PRICES);
  return searchEvent({ budgetMin: price, budgetMax: price, persona: PERSONA, limit });
}
