import type { Operation } from '../../../http/operation';
import { addNeeds, completeSession, rateSession, updateAgent } from './changes';
import { getSessionEvents } from './events';
import { askQuestion } from './question';
import { createSession, getSession } from './session';

export { eventSchema } from './parts';
export {
  addNeeds,
  askQuestion,
  completeSession,
  createSession,
  getSession,
  getSessionEvents,
  rateSession,
  updateAgent,
};

export const SESSION_OPERATIONS: readonly Operation[] = [
  createSession,
  getSession,
  askQuestion,
  updateAgent,
  addNeeds,
  rateSession,
  completeSession,
  getSessionEvents,
];
