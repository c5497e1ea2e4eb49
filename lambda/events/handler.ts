import { createEventsFunction } from './events-function';

export const { handler } = createEventsFunction();
