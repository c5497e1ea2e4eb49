import { createWarmUpFunction } from './warm-up-function';

export const { handler } = createWarmUpFunction();
