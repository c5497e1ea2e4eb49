import { createOperationsFunction } from './operations-function';

export const { handler } = createOperationsFunction();
