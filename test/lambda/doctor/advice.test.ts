import { climb } from '../../../lambda/doctor/check';
import { databaseLayers } from '../../../lambda/doctor/database-layers';
import { valkeyLayers } from '../../../lambda/doctor/valkey-layers';
import { apiLayers } from '../../../lib/tools/ops/diagnose/api-layers';

const env = { VALKEY_ENDPOINT: 'cars.example:6379', DATABASE_HOST: 'rds.example', DATABASE_PORT: '5432' };
const LAYERS = {
  Valkey: valkeyLayers(env),
  database: databaseLayers(env),
  API: apiLayers('https://cars.example/live'),
};
const EACH = Object.entries(LAYERS).flatMap(([system, layers]) =>
  layers.map((layer) => [system as keyof typeof LAYERS, layer.name, layer] as const),
);

const coded = (code: string) => Object.assign(new Error('what was said'), { code });
const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });

/** @returns what is advised where a layer fails by this. */
async function advised(system: keyof typeof LAYERS, name: string, error: Error): Promise<string | undefined> {
  const layers = LAYERS[system].filter((layer) => layer.name === name);
  const [check] = await climb(
    system,
    layers.map((layer) => ({ ...layer, look: () => Promise.reject(error) })),
  );
  return check?.advice;
}

test.each(EACH)('%s %s: a connection that is refused is no matter of a security group', async (system, name) => {
  const advice = await advised(system, name, coded('ECONNREFUSED'));
  // Above TCP it is another node that refuses, or one that restarts just now.
  expect(advice).toMatch(
    system === 'Valkey' && !['DNS', 'TCP'].includes(name)
      ? /^A node is down or restarting/
      : /^Nothing listens on this/,
  );
});

test.each<[keyof typeof LAYERS, string, Error, RegExp]>([
  ['Valkey', 'DNS', coded('ENOTFOUND'), /^There is no such name\. Is the cluster there/],
  ['Valkey', 'DNS', coded('EAI_AGAIN'), /^The name server does not answer/],
  ['Valkey', 'TCP', coded('ETIMEDOUT'), /^Security groups, network ACLs, routes/],
  ['Valkey', 'TLS', coded('ETIMEDOUT'), /^A node takes connections and does not answer/],
  ['Valkey', 'TLS', coded('ECONNRESET'), /^The connection was taken and ended: a node/],
  ['Valkey', 'TLS', coded('CERT_HAS_EXPIRED'), /^The certificate is out of date/],
  ['Valkey', 'TLS', coded('ERR_TLS_CERT_ALTNAME_INVALID'), /^The certificate is for another name/],
  ['Valkey', 'TLS', coded('SELF_SIGNED_CERT_IN_CHAIN'), /^The issuer is not trusted here/],
  ['Valkey', 'authentication', reply('WRONGPASS invalid'), /^The user of VALKEY_USER must be in/],
  ['Valkey', 'authentication', reply('LOADING the dataset'), /^A node is loading its data/],
  ['Valkey', 'authentication', new Error('Command timed out'), /^A node takes connections and does not answer/],
  ['Valkey', 'cluster', reply('BUSY it is'), /^A script holds a node/],
  ['Valkey', 'permission', reply('NOPERM no'), /^The access string of the user/],
  ['Valkey', 'writes', reply('OOM command not allowed'), /^Memory is full/],
  ['Valkey', 'writes', reply('READONLY no'), /^A failover is under way/],
  ['database', 'DNS', coded('ENOTFOUND'), /^There is no such name\. Is database\.endpoint/],
  ['database', 'TCP', coded('ETIMEDOUT'), /^The database’s security group must admit/],
  ['database', 'login', coded('28P01'), /^By IAM: GRANT rds_iam/],
  ['database', 'login', coded('53300'), /^Every connection is taken/],
  ['database', 'login', coded('3D000'), /^The instance has no database of this name/],
  ['database', 'login', coded('SELF_SIGNED_CERT_IN_CHAIN'), /^The issuer is not trusted here/],
  ['database', 'table', coded('57P03'), /^The server is starting/],
  ['database', 'table', new Error('Query read timeout'), /^The instance takes connections and does not answer/],
  ['database', 'table', coded('42P01'), /^The table vehicles is gone/],
  ['API', 'TCP', coded('ETIMEDOUT'), /security group must admit the caller/],
  ['API', 'gateway', new TypeError('fetch failed', { cause: coded('CERT_HAS_EXPIRED') }), /^The certificate is out of/],
  ['API', 'gateway', new Error('GET /v1/health answers 503'), /^Look at the alarms of the API/],
])('%s %s: what is advised begins with what the failure says (%#)', async (system, name, error, advice) => {
  expect(await advised(system, name, error)).toMatch(advice);
});
