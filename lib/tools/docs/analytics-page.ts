import { BUSINESS_QUESTIONS } from '../../constructs/observability/analytics/questions';
import { filledPage } from './page';

/** @returns docs/analytics.md. */
export function analyticsPage(): string {
  return filledPage('analytics', {
    questions: BUSINESS_QUESTIONS.map(({ id, question, query, reading }) =>
      [`## ${question}`, `\`${id}\``, `\`\`\`\n${query}\n\`\`\``, reading].join('\n\n'),
    ).join('\n\n'),
  });
}
