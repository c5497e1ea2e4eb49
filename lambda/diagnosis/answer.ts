import { within as inTime } from '../contract/timer';

/** How long one who looks waits for one of those that are asked, ms: with what was found by then they go on. */
export const PATIENCE_MS = 4_000;
/** The same for the doctor, which waits 3 s for a layer that is silent and may take 25 s, beside a cold start. */
export const DOCTOR_PATIENCE_MS = 30_000;

/** @throws ToldError if the work takes longer. */
export function within<T>(what: string, work: Promise<T>, patienceMs = PATIENCE_MS): Promise<T> {
  return inTime(patienceMs, work, `${what}: no answer within ${patienceMs / 1_000} s`);
}

/** What was asked for, or why it is not known: the first line of what went wrong. */
type Answer<T> = { known: true; value: T } | { known: false; why: string };

/** @param unanswered gets why what was asked for is not known. @returns what asks, and gives undefined then */
export function asker(unanswered: string[], patienceMs?: number) {
  return async <T>(what: string, work: () => Promise<T>, patience = patienceMs): Promise<T | undefined> => {
    const answer = await answerOf(what, work, patience);
    if (answer.known) return answer.value;
    unanswered.push(answer.why);
    return undefined;
  };
}

/** Waits for an answer and never fails: what doesn't answer is something to tell too. */
export async function answerOf<T>(what: string, work: () => Promise<T>, patienceMs?: number): Promise<Answer<T>> {
  try {
    return { known: true, value: await within(what, work(), patienceMs) };
  } catch (error) {
    const [line = ''] = (error as Error).message.split('\n', 1);
    return { known: false, why: line.startsWith(what) ? line : `${what}: ${line}` };
  }
}
