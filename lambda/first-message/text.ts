import type { Cause } from '../diagnosis/causes';
import { typed } from '../diagnosis/typed';

/** An alarm as its notification has it. */
export interface FiredAlarm {
  /** Without the stage's prefix. */
  name: string;
  /** Impact, first command and runbook, as the stack wrote them. */
  description: string;
}

/** Other causes that are told beside the likeliest. */
const MOST_OTHERS = 2;
/** SNS: 100 characters of ASCII at most, and no line break (Publish, Subject). */
const MOST_SUBJECT = 100;

/**
 * @returns the first message of an alarm: what, who feels it, the likeliest cause with what speaks for it, what to
 * type.
 */
export function firstMessage(
  stage: string,
  groupId: string,
  { name, description }: FiredAlarm,
  causes: readonly Cause[],
  unanswered: readonly string[],
): { subject: string; text: string } {
  const [likeliest, ...others] = causes;
  const impact = /^(.*?) First: /.exec(description)?.[1] ?? description;
  const runbook = /Runbook: (\S+?)\.?(\s|$)/.exec(description)?.[1];
  const cause =
    likeliest === undefined
      ? [
          'Likely cause: nothing that was looked at explains it.',
          `Type: npm run ops -- diagnose ${name}`,
          'Risk: none: it only looks',
        ]
      : [
          `Likely cause: ${likeliest.cause}: ${likeliest.because}`,
          `Type: ${likeliest.next}`,
          `Risk: ${likeliest.risk}`,
        ];
  const text = [
    `${name}: ${impact}`,
    ...cause,
    ...others.slice(0, MOST_OTHERS).map((each) => `Also: ${each.cause}: ${each.because}`),
    ...unanswered.map((each) => `Could not be asked: ${each}`),
    ...(runbook === undefined ? [] : [`Runbook: ${runbook}`]),
    `More: npm run ops -- diagnose ${name}`,
    'Board: npm run ops -- board',
  ].join('\n');
  const subject = `${groupId}: ${name}: ${likeliest?.cause ?? 'cause unknown'}`;
  return { subject: plain(subject).slice(0, MOST_SUBJECT), text: typed(text, stage) };
}

const plain = (text: string) => text.replaceAll('’', "'").replace(/[^\x20-\x7e]/g, '?');
