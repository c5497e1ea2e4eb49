import { Signer } from '@aws-sdk/rds-signer';
import { rdsToken } from '../../../lambda/database/pool';
import { elastiCacheToken, valkeyCredentials } from '../../../lambda/valkey/credentials';

/** The example credentials of AWS's own documentation. */
const env = {
  AWS_REGION: 'ap-northeast-2',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'FwoGZXIvYXdzEBYaDExample/+=',
};

beforeEach(() => {
  jest.useFakeTimers({ now: new Date('2026-11-23T12:34:56Z'), doNotFake: ['nextTick', 'setImmediate'] });
});
afterEach(() => {
  jest.useRealTimers();
});

test('the token for RDS is what the SDK signs, parameter by parameter', async () => {
  const host = 'carfin.abc123.ap-northeast-2.rds.amazonaws.com';
  const signer = new Signer({
    hostname: host,
    port: 5432,
    username: 'carfin_reader',
    region: env.AWS_REGION,
    credentials: {
      accessKeyId: env.AWS_ACCESS_KEY_ID,
      secretAccessKey: env.AWS_SECRET_ACCESS_KEY,
      sessionToken: env.AWS_SESSION_TOKEN,
    },
  });
  const parts = (token: string) => {
    const url = new URL(`https://${token}`);
    return { host: url.host, ...Object.fromEntries(url.searchParams) };
  };
  expect(parts(rdsToken(host, 5432, 'carfin_reader', env))).toEqual(parts(await signer.getAuthToken()));
});

test('the token for ElastiCache is as documented: no scheme, group id in lower case, 15 minutes, its signature', () => {
  const token = elastiCacheToken('CarFin-Prod', 'carfin-prod-search', env);
  expect(token).toMatch(/^carfin-prod\/\?Action=connect&User=carfin-prod-search&/);
  const parameters = Object.fromEntries(new URL(`http://${token}`).searchParams);
  expect(parameters).toEqual({
    Action: 'connect',
    User: 'carfin-prod-search',
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': 'AKIAIOSFODNN7EXAMPLE/20261123/ap-northeast-2/elasticache/aws4_request',
    'X-Amz-Date': '20261123T123456Z',
    'X-Amz-Expires': '900',
    'X-Amz-Security-Token': env.AWS_SESSION_TOKEN,
    'X-Amz-SignedHeaders': 'host',
    'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/) as unknown,
  });
});

test('each password is signed anew', () => {
  const credentials = valkeyCredentials({
    ...env,
    VALKEY_USER: 'carfin-dev-search',
    VALKEY_REPLICATION_GROUP_ID: 'carfin-dev',
  });
  const signedAt = () => new URL(`http://${credentials.password()}`).searchParams.get('X-Amz-Date');
  expect(signedAt()).toBe('20261123T123456Z');
  jest.advanceTimersByTime(2_000);
  expect(signedAt()).toBe('20261123T123458Z');
});
