import { readFileSync } from 'node:fs';
import type { Pool, PoolConfig } from 'pg';
import { deadline } from '../contract/deadlines';
import { ENV, optionalEnv, requireEnv } from '../contract/environment';
import { presignedToken } from '../contract/presigned-token';
import { driver } from './driver';
import { guardedSocket } from './guarded-socket';
import { secretLogin } from './secret';

/** ms that PostgreSQL itself gives a statement of a search; below what the client waits, so that it ends first. */
const STATEMENT_TIMEOUT_MS = deadline(1_000);
const CONNECT_TIMEOUT_MS = deadline(1_000);
/** What a reply may come later than PostgreSQL's own limit, ms. */
const SILENCE_MS = deadline(500);

/** @returns the IAM password for one new connection; it is valid for 15 minutes. */
export function rdsToken(host: string, port: number, user: string, env?: NodeJS.ProcessEnv): string {
  return presignedToken('rds-db', `${host}:${port}`, { Action: 'connect', DBUser: user }, env);
}

/**
 * How to connect; with IAM, a token is signed for each connection. A Lambda environment handles one request at a time,
 * so one connection is all it needs.
 * @param statementTimeoutMs what PostgreSQL gives one statement.
 * @throws MissingEnvironmentError
 */
export function poolSettings(
  env: NodeJS.ProcessEnv = process.env,
  statementTimeoutMs = STATEMENT_TIMEOUT_MS,
): PoolConfig {
  return {
    ...login(env),
    max: 1,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: statementTimeoutMs,
    // PostgreSQL's own limit ends nothing when it falls silent.
    query_timeout: statementTimeoutMs + SILENCE_MS,
    stream: guardedSocket,
    // A frozen environment must not be kept from ending by an idle connection.
    allowExitOnIdle: true,
    application_name: env.AWS_LAMBDA_FUNCTION_NAME ?? 'carfin-cache',
  };
}

/** Connects with its first query. */
export function openPool(settings: PoolConfig): Pool {
  const pool = new (driver().Pool)(settings);
  // PostgreSQL may end an idle connection (57P01); without a listener that would end the process.
  pool.on('error', () => undefined);
  return pool;
}

/** {@link openPool} with {@link poolSettings}. @throws MissingEnvironmentError */
export function createPool(env?: NodeJS.ProcessEnv, statementTimeoutMs?: number): Pool {
  return openPool(poolSettings(env, statementTimeoutMs));
}

function login(env: NodeJS.ProcessEnv): PoolConfig {
  const url = optionalEnv(ENV.databaseUrl, env);
  if (url !== undefined) return { connectionString: url };
  const host = requireEnv(ENV.databaseHost, env);
  const port = Number(requireEnv(ENV.databasePort, env));
  const secretArn = optionalEnv(ENV.databaseSecretArn, env);
  const user = requireEnv(ENV.databaseUser, env);
  return {
    host,
    port,
    user,
    database: requireEnv(ENV.databaseName, env),
    password: secretArn === undefined ? () => rdsToken(host, port, user, env) : () => secretLogin(secretArn, user),
    ssl: { ca: readFileSync(requireEnv(ENV.databaseCaFile, env)), rejectUnauthorized: true },
  };
}
