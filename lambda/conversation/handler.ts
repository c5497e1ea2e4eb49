import { createConversationFunction } from './conversation-function';

/** Awaited during init, as in the search function. */
export const { handler } = await createConversationFunction();
