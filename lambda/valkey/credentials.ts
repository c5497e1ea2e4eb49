import { readFileSync } from 'node:fs';
import { sign } from 'aws4';
import { ENV, optionalEnv, requireEnv } from '../contract/environment';

/** Seconds that a token opens connections; the connection itself lives on (AmazonElastiCache/latest/dg, auth-iam). */
const TOKEN_SECONDS = 900;

/**
 * A SigV4 query-presigned GET without its scheme: what ElastiCache and RDS take as a password. Signing is local and
 * synchronous, so each connection gets a token of its own: a token kept for later is what fails after a thaw.
 * @param host what the token is signed for: ElastiCache's replication group id, or the endpoint of RDS with its port.
 * @param query the parameters of the connect action, in this order.
 */
export function presignedToken(
  service: 'elasticache' | 'rds-db',
  host: string,
  query: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const region = requireEnv('AWS_REGION', env);
  const parameters = new URLSearchParams({ ...query, 'X-Amz-Expires': String(TOKEN_SECONDS) });
  const { path } = sign(
    { service, region, host, method: 'GET', path: `/?${parameters.toString()}`, signQuery: true },
    {
      accessKeyId: requireEnv('AWS_ACCESS_KEY_ID', env),
      secretAccessKey: requireEnv('AWS_SECRET_ACCESS_KEY', env),
      sessionToken: optionalEnv('AWS_SESSION_TOKEN', env),
    },
  );
  return `${host}${path ?? ''}`;
}

/**
 * @param replicationGroupId the id, not the DNS name: the token is signed for it in lower case.
 * @returns the password with which the IAM user signs in to Valkey.
 */
export function elastiCacheToken(replicationGroupId: string, user: string, env?: NodeJS.ProcessEnv): string {
  return presignedToken('elasticache', replicationGroupId.toLowerCase(), { Action: 'connect', User: user }, env);
}

/** What signs in to Valkey. */
export interface ValkeyCredentials {
  username: string;
  /** Called for every connection, and again before ElastiCache closes one at 12 hours. */
  password: () => string;
}

/** IAM where a replication group is named, a password file (read anew each time, so it can rotate) in the local run. */
export function valkeyCredentials(env: NodeJS.ProcessEnv = process.env): ValkeyCredentials {
  const username = requireEnv(ENV.valkeyUser, env);
  const replicationGroupId = optionalEnv(ENV.valkeyReplicationGroupId, env);
  if (replicationGroupId !== undefined) {
    return { username, password: () => elastiCacheToken(replicationGroupId, username, env) };
  }
  const file = requireEnv(ENV.valkeyPasswordFile, env);
  return { username, password: () => readFileSync(file, 'utf8').trim() };
}
