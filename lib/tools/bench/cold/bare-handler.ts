import { readFileSync } from 'node:fs';
import { Logger } from '@aws-lambda-powertools/logger';
import { Cluster } from 'iovalkey';
import { Pool } from 'pg';
import * as z from 'zod';
import { ENV, requireEnv } from '../../../../lambda/contract/environment';
import { searchKey } from '../../../../lambda/contract/keys';
import { REPEATED } from '../questions';

/**
 * The least that a function with the same libraries can be: what it would use is made, one connection to Valkey is
 * opened during init, and a question is one GET of a search user's key that is not there.
 */
const [host = '', port = ''] = requireEnv(ENV.valkeyEndpoint).split(':');
export const unused = {
  logger: new Logger(),
  pool: new Pool({ connectionString: process.env[ENV.databaseUrl] }),
  schema: z.object({ budgetMin: z.coerce.number() }),
};
const cluster = new Cluster([{ host, port: Number(port) }], {
  dnsLookup: (address, callback) => callback(null, address),
  redisOptions: {
    username: requireEnv(ENV.valkeyUser),
    password: readFileSync(requireEnv(ENV.valkeyPasswordFile), 'utf8'),
    tls: { ca: readFileSync(requireEnv(ENV.valkeyCaFile)) },
  },
});
await new Promise((resolve) => cluster.once('ready', resolve));

export async function handler(): Promise<{ statusCode: number; body: string | null }> {
  return { statusCode: 200, body: await cluster.get(searchKey(REPEATED, 'bare')) };
}
