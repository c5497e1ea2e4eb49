import * as z from 'zod';
import { RULES, type RuleName } from '../../client/compare-answers';
import type { CutoverEvent } from '../../client/cutover';
import { FAMILY_TYPES, PERSONA_IDS } from '../../../lambda/rules/orders';
import type { SampledPair } from './run-sample';

const pairSchema = z.object({
  kind: z.literal('pair'),
  search: z.object({
    budgetMin: z.int(),
    budgetMax: z.int(),
    persona: z.enum(['none', ...PERSONA_IDS]),
    includeLease: z.boolean(),
    usage: z.enum(['camping', 'any']),
    familyType: z.enum(['any', ...FAMILY_TYPES]),
    limit: z.int(),
    offset: z.int(),
  }),
  class: z.enum(['same', 'by rule', 'differs', 'unanswered']),
  rules: z.array(z.enum(Object.keys(RULES) as [RuleName, ...RuleName[]])),
  why: z.string().max(500).optional(),
  originalMs: z.number(),
  apiMs: z.number(),
  found: z.int().nullable(),
  total: z.int().nullable(),
});
const eventSchema = z.discriminatedUnion('kind', [
  pairSchema,
  z.object({ kind: z.literal('not mirrored'), operation: z.string().max(64), error: z.string().max(100) }),
  z.object({ kind: z.literal('not carried over'), messages: z.int() }),
]) satisfies z.ZodType<CutoverEvent>;

/** What a log of the application tells of its shadow. */
interface LiveLog {
  pairs: SampledPair[];
  /** Messages that the API refused, and what the original did not take. */
  notCarriedOver: number;
  notMirrored: number;
}

/**
 * Reads the lines that an application wrote of its CutoverFunctions' events, each as JSON; what a log puts before them
 * and other lines are passed over.
 * @throws Error for a line that is an event and not whole, or if there is none
 */
export function readLiveLog(text: string): LiveLog {
  const log: LiveLog = { pairs: [], notCarriedOver: 0, notMirrored: 0 };
  text.split(/\r?\n/).forEach((written, i) => {
    const at = written.indexOf('{"kind":');
    if (at === -1) return;
    const { data, success } = eventSchema.safeParse(parsed(written.slice(at)));
    if (!success)
      throw new Error(`Line ${i + 1} is no whole event of CutoverFunctions: write JSON.stringify(event), a line each.`);
    if (data.kind === 'pair') log.pairs.push({ ...data, line: i + 1 });
    else if (data.kind === 'not mirrored') log.notMirrored++;
    else log.notCarriedOver += data.messages;
  });
  if (log.pairs.length === 0)
    throw new Error('The log holds no compared search: lines that begin with {"kind":"pair".');
  return log;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
