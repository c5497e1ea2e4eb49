import { readFileSync } from 'node:fs';
import { ENV, optionalEnv, requireEnv } from '../contract/environment';
import { presignedToken } from '../contract/presigned-token';

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
