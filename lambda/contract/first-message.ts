/**
 * Crosses the boundary: marks what is published on a topic of alarms and is no alarm. Neither pagers nor the function
 * that writes first messages subscribe to what has this attribute.
 */
export const FIRST_MESSAGE_ATTRIBUTE = 'kind';
