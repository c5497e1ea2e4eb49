import { sign } from 'aws4';
import { optionalEnv, requireEnv } from './environment';

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
