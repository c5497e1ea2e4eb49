export { CarFinClient, type CreateOptions, type WriteOptions } from './client';
export type { OriginalMessage } from './conversation';
export { CarFinError, CarFinNoAnswer, CarFinProblem, type ProblemDetails, type Violation } from './errors';
export { OriginalFunctions, type A2ASession, type StoredA2ASession } from './original-names';
export type { Credentials, CredentialsProvider } from './signing';
export type { CallOptions, ClientOptions } from './transport';
export type * from './types';
