import type { Caller, Scope } from '../../stages/api-settings';

/**
 * Methods and paths of each scope, as IAM names them: `<method>/<path>`. What is in none, such as the health, is every
 * caller's.
 */
export const SCOPE_PATHS: Readonly<Record<Scope, readonly string[]>> = {
  search: ['*/v1/vehicles/*', '*/v1/images/*'],
  conversation: [
    '*/v1/sessions',
    '*/v1/sessions/*',
    ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH'].map((method) => `${method}/v1/users/*`),
  ],
  erase: ['DELETE/v1/users/*'],
};

/** @returns the principals that have a scope. */
export const principalsWith = (callers: readonly Caller[], scope: Scope): string[] =>
  callers.filter(({ scopes }) => scopes.includes(scope)).map(({ principal }) => principal);
