import { Problem } from '../../http/problem';
import { LIMITS } from './limits';
import type { Refused } from './session-write';

/** What a client gets for an id that names no session. */
export function noSession(sessionId: string): Problem {
  return new Problem(404, `There is no session ${sessionId}, or it has ended: 30 minutes after its last write.`);
}

/** What a client gets for a write that was not applied. */
export function refusal(refused: Exclude<Refused, { outcome: 'missing' }>): Problem {
  switch (refused.outcome) {
    case 'completed':
      return new Problem(409, `The session is completed, at version ${refused.version}; begin another one.`);
    case 'reused':
      return new Problem(409, 'This Idempotency-Key was used for another request; take a new one.');
    case 'changed':
      return new Problem(412, `The session has version ${refused.version} now; read it and decide again.`);
    case 'full':
      return new Problem(
        413,
        `The session would hold ${refused.bytes} bytes of ${LIMITS.bytes}; remove members by null, or begin ` +
          'another one.',
      );
    case 'crowded':
      return new Problem(
        413,
        `The session would have ${refused.members} members of ${LIMITS.members}; remove some by null, put ` +
          'lists in place of objects, or begin another one.',
      );
    case 'wide':
      return invalid(
        '',
        `must name at most ${LIMITS.patchMembers} members, those of objects in it included; it names ` +
          `${refused.members}. Send the rest in another patch, or put lists in place of objects`,
      );
    case 'incomplete':
      return invalid(
        '/needs',
        'must give budgetMin and budgetMax unless the session has them: a search needs both, null leaves it without',
      );
    case 'inverted':
      return invalid(
        '/needs/budgetMax',
        `must be at least budgetMin: the session’s search would be from ${refused.budgetMin} to ${refused.budgetMax}`,
      );
    default:
      return new Problem(500, 'The session could not be written.');
  }
}

function invalid(name: string, rule: string): Problem {
  return new Problem(400, `Please correct: ${name || 'the body'}`, { violations: [{ in: 'body', name, rule }] });
}
