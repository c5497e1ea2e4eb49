import type { Analytics } from '../../../../lambda/contract/analytics';
import type { FunctionName } from '../../../../lambda/contract/functions';

type ListName = keyof Analytics;
type Entry<L extends ListName> = Analytics[L][number];
type Counter<E> = { [K in keyof E]: E[K] extends number ? K : never }[keyof E] & string;

/** One question that the log answers: sums of counters of a list, for each value of its fields. */
interface Summary<L extends ListName> {
  list: L;
  /** What is added up. */
  sum: readonly Counter<Entry<L>>[];
  by: readonly (keyof Entry<L> & string)[];
  /** The most frequent first, or in the order of the first field. */
  order: 'most' | 'ascending';
  limit?: number;
}

interface BusinessQuestion {
  /** Its name in CloudWatch, behind the stage's folder. */
  id: string;
  question: string;
  /** Functions whose logs know the answer; those that answer searches unless given. */
  functions?: readonly FunctionName[];
  query: string;
  /** How to read the table. */
  reading: string;
}

/** Searches alone, the questions of sessions and recommendations. */
export const ANSWERING = ['search', 'conversation'] as const;

const SEARCHES = { list: 'askedFor', sum: ['searches'] } as const;
const STEPS = { list: 'sessionSteps', by: ['question'], order: 'ascending' } as const;

/** What the business wants to know. */
export const BUSINESS_QUESTIONS: readonly BusinessQuestion[] = [
  {
    id: 'personas',
    question: 'Which buyers ask?',
    query: queryOf({ ...SEARCHES, by: ['persona'], order: 'most' }),
    reading: 'Searches by persona; `none` are those without one.',
  },
  {
    id: 'budgets',
    question: 'What do people want to spend?',
    query: queryOf({ ...SEARCHES, by: ['budgetUpTo'], order: 'ascending' }),
    reading:
      'Searches by the band that the highest price lies in, 만원; a row of 3000 is everything above the row ' +
      'before it and at most 3000.',
  },
  {
    id: 'budgets-of-personas',
    question: 'Who wants to spend what?',
    query: queryOf({ ...SEARCHES, by: ['persona', 'budgetUpTo'], order: 'ascending' }),
    reading: 'As before, for each persona. A band beside the typical budget of a persona is a reason to precompute it.',
  },
  {
    id: 'usages',
    question: 'What is the car for, and who rides in it?',
    query: queryOf({ ...SEARCHES, by: ['usage', 'familyType', 'lease'], order: 'most' }),
    reading:
      'Searches by usage, family type and whether leases are shown. They stand as they take effect: a usage ' +
      'that is not camping, and any usage beside a persona, is `any`; so are `single` and `couple`.',
  },
  {
    id: 'pages',
    question: 'How far do people read on?',
    query: queryOf({ ...SEARCHES, by: ['page'], order: 'ascending' }),
    reading:
      'Searches by page of the answer. Many beyond the first mean that the best are not on top; 10 is all from there.',
  },
  {
    id: 'cars-shown',
    question: 'Which cars do people get to see?',
    query: queryOf({
      list: 'carsShown',
      sum: ['listings'],
      by: ['maker', 'model'],
      order: 'most',
      limit: 100,
    }),
    reading:
      'Listings in answers by model, about: each line of the log tells of one of its answers, taken at random, ' +
      'times their number. While a process answers at most one search a second that is every answer. A line ' +
      'names the 20 models shown most.',
  },
  {
    id: 'catalogues',
    question: 'Which catalogue do answers come from?',
    query: queryOf({ list: 'answeredFrom', sum: ['searches'], by: ['catalogue'], order: 'most' }),
    reading:
      'Searches by the version of the index that was in memory, as `npm run ops -- catalogue show` names it; ' +
      '`none` while there was none. After a catalogue that was wrong, this says how many got to see it.',
  },
  {
    id: 'questions-a-session',
    question: 'After how many questions is a person done?',
    functions: ['conversation'],
    query: queryOf({ ...STEPS, sum: ['completed'] }),
    reading: 'Completed sessions by the number of their questions; 20 is all from there.',
  },
  {
    id: 'where-sessions-stop',
    question: 'Where do people give up?',
    functions: ['conversation'],
    query: queryOf({ ...STEPS, sum: ['reached', 'stopped', 'completed'] }),
    reading:
      'For each question how many sessions asked it (row 0: began), how many of these neither asked another ' +
      'one nor were completed, and how many were completed after it. Sessions under way count as stopped: end ' +
      'the time an hour ago. Of sessions that began before the time, only the steps within it are counted, so ' +
      'a row can even be negative over short times.',
  },
];

/**
 * One line may carry many entries of a list: `unnest` makes a record of each (CloudWatch Logs Insights,
 * CWL_QuerySyntax-Unnest). Field names are those of the contract, checked by the compiler.
 */
function queryOf<L extends ListName>({ list, sum, by, order, limit }: Summary<L>): string {
  const each = by.map((name) => `each.${name}`);
  return [
    // Before anything is parsed: most lines are not of this kind.
    `filter @message like /"${list}"/`,
    'fields jsonParse(@message) as line',
    `unnest line.${list} into each`,
    `stats ${sum.map((name) => `sum(each.${name}) as ${name}`).join(', ')} by ${each.join(', ')}`,
    order === 'most' ? `sort ${sum[0] ?? ''} desc` : `sort ${each.map((name) => `${name} asc`).join(', ')}`,
    ...(limit === undefined ? [] : [`limit ${limit}`]),
  ].join('\n| ');
}
