import { readJson } from '../contract/outside-json';
import { ToldError } from '../contract/told-error';

/**
 * Reads the password from Secrets Manager for one new connection, so that a rotated secret is picked up.
 * The client is the Lambda runtime's own, loaded only where a stage logs in by secret.
 * @throws Error if the secret is for another user than the stage's settings say.
 */
export async function secretLogin(secretArn: string, user: string): Promise<string> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const answer = await new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId: secretArn }));
  const { username, password } = readSecret(answer.SecretString ?? '{}', secretArn);
  if (username !== user || typeof password !== 'string') {
    throw new ToldError(
      `Secret ${secretArn} must hold "password" and the "username" ${user}; it has ` +
        `${username === undefined ? 'no username' : username === user ? 'no password' : 'another username'}.`,
    );
  }
  return password;
}

/** A secret that is no JSON object, such as a bare password, has neither member. */
function readSecret(text: string, secretArn: string): { username?: unknown; password?: unknown } {
  const secret = readJson(text, `Secret ${secretArn}`);
  return typeof secret === 'object' && secret !== null ? secret : {};
}
