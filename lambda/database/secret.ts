/**
 * Reads the password from Secrets Manager for one new connection, so that a rotated secret is picked up.
 * The client is the Lambda runtime's own, loaded only where a stage logs in by secret.
 * @throws Error if the secret is for another user than the stage's settings say.
 */
export async function secretLogin(secretArn: string, user: string): Promise<string> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const answer = await new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId: secretArn }));
  const { username, password } = JSON.parse(answer.SecretString ?? '{}') as { username?: string; password?: string };
  if (username !== user || password === undefined) {
    throw new Error(
      `Secret ${secretArn} must hold "password" and the "username" ${user}; it has "${username ?? 'none'}".`,
    );
  }
  return password;
}
