import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { createPool } from '../../../lambda/database/pool';
import { cacheFolder, isRoot } from '../../../lib/tools/engines/cache-folder';
import { reasonOf } from '../../../lambda/telemetry/reason';
import { makeCertificates, type CertificateFiles } from '../../../lib/tools/engines/certificates';
import { READER, startPostgres, type LocalPostgres } from '../../../lib/tools/engines/postgres';

/** The way in as deployed: TLS that is checked, and a password fetched for each connection. */
const secrets = mockClient(SecretsManagerClient);
const folder = mkdtempSync(path.join(cacheFolder('certificates'), 'rds-'));
let tls: CertificateFiles;
let postgres: LocalPostgres;

beforeAll(async () => {
  chmodSync(folder, 0o755);
  tls = await makeCertificates(folder, { hosts: ['localhost'] });
  // The server runs as nobody when we are root, and reads its key as itself.
  if (isRoot()) for (const file of [tls.certFile, tls.keyFile]) chownSync(file, 65_534, 65_534);
  postgres = await startPostgres(undefined, { ssl: 'on', ssl_cert_file: tls.certFile, ssl_key_file: tls.keyFile });
});

afterAll(async () => {
  await postgres.stop();
  rmSync(folder, { recursive: true });
});

function environment(changes: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    DATABASE_HOST: 'localhost',
    DATABASE_PORT: new URL(postgres.url).port,
    DATABASE_NAME: 'postgres',
    DATABASE_USER: READER,
    DATABASE_SECRET_ARN: 'arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:carfin-AbCdEf',
    DATABASE_CA_FILE: tls.caFile,
    ...changes,
  };
}

async function ask(env: NodeJS.ProcessEnv): Promise<unknown> {
  const pool = createPool(env);
  try {
    const { rows } = await pool.query('SELECT current_user AS who, ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
    return rows[0];
  } finally {
    await pool.end();
  }
}

beforeEach(() => {
  secrets.reset();
  const SecretString = JSON.stringify({ username: READER, password: new URL(postgres.url).password });
  secrets.on(GetSecretValueCommand).resolves({ SecretString });
});

test('signs in with the secret, over TLS that is checked against the given authority', async () => {
  expect(await ask(environment())).toEqual({ who: READER, ssl: true });
});

test('refuses a server whose certificate another authority signed', async () => {
  const other = mkdtempSync(path.join(folder, 'other-'));
  const { caFile } = await makeCertificates(other);
  await expect(ask(environment({ DATABASE_CA_FILE: caFile }))).rejects.toThrow(/certificate/);
});

test('refuses a server whose certificate names another host', async () => {
  await expect(ask(environment({ DATABASE_HOST: '127.0.0.1' }))).rejects.toThrow(/altnames|IP/i);
});

test('asks for the password anew for each connection, so that a rotated secret is picked up', async () => {
  const secret = (password: string) => ({ SecretString: JSON.stringify({ username: READER, password }) });
  secrets
    .on(GetSecretValueCommand)
    .resolvesOnce(secret('old'))
    .resolves(secret(new URL(postgres.url).password));
  await expect(ask(environment())).rejects.toMatchObject({ code: '28P01' });
  expect(await ask(environment())).toMatchObject({ who: READER });
});

test('a secret of another user is named', async () => {
  secrets.on(GetSecretValueCommand).resolves({ SecretString: JSON.stringify({ username: 'postgres', password: 'x' }) });
  await expect(ask(environment())).rejects.toThrow(
    `must hold "password" and the "username" ${READER}; it has another username.`,
  );
});

test.each([
  ['a bare password', 's3cret-hunter2', /^Secret arn\S+ is not JSON\.$/],
  ['a list', '["s3cret-hunter2"]', /it has no username/],
  ['a number as password', `{"username":"${READER}","password":2,"s3cret-hunter2":1}`, /it has no password/],
])('%s in the secret is told without a character of it', async (_, SecretString, rule) => {
  secrets.on(GetSecretValueCommand).resolves({ SecretString });
  const failure = await ask(environment()).catch((error: unknown) => reasonOf(error));
  expect(failure).toMatch(rule);
  expect(failure).not.toMatch(/s3c|hunter/);
});

test('without a secret the password is an IAM token, which only RDS can check', async () => {
  const iam = {
    DATABASE_SECRET_ARN: '',
    AWS_REGION: 'ap-northeast-2',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'x',
  };
  await expect(ask(environment(iam))).rejects.toMatchObject({ code: '28P01' });
  expect(secrets.calls()).toHaveLength(0);
});

test('a missing variable is named', () => {
  expect(() => createPool(environment({ DATABASE_NAME: '' }))).toThrow('Environment variable DATABASE_NAME is not set');
});
