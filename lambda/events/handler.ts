import { createEventsFunction } from './events-function';

const events = createEventsFunction();
await events.connect();

export const { handler } = events;
