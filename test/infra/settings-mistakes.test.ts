import type { StageInput } from '../../lib/stages/settings';
import { prod } from '../support/stages';
import { regional, withImages } from './inputs';
import { told } from './told';

/** One setting of a stage changed, by its path; undefined takes it away. */
function changed(path: string, value: unknown, base: StageInput = prod): StageInput {
  const copy = structuredClone(base) as unknown as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const parent = keys.reduce((each, key) => (each[key] ??= {}) as Record<string, unknown>, copy);
  if (value === undefined) Reflect.deleteProperty(parent, last);
  else parent[last] = value;
  return copy as unknown as StageInput;
}

/** No word of the schema library, and a value wherever there is one. */
const RAW = /Invalid|expected|Too (small|big)|Unrecognized|undefined/;
const endpoint = prod.database.endpoint;
const certificate = 'arn:aws:acm:ap-northeast-2:111122223333:certificate/0e0e0e0e-0000-4000-8000-000000000001';

test.each<[path: string, value: unknown, line: RegExp]>([
  [
    'database.endpoint',
    `postgres://${endpoint}`,
    /must be the host name .* no URL, .*received "postgres:.*find it with: aws rds/,
  ],
  ['database.endpoint', `${endpoint}:5432`, /must be the host name/],
  [
    'database.endpoint',
    'carfin.cluster-c0ffee.ap-northeast-2.rds.amazonaws.com',
    /Aurora cluster; only an instance of RDS/,
  ],
  [
    'database.endpoint',
    'carfin.proxy-c0ffee.ap-northeast-2.rds.amazonaws.com',
    /RDS Proxy.*name the endpoint of the instance/,
  ],
  ['database.endpoint', 'pgbouncer.internal', /no PgBouncer/],
  ['database.port', '5432', /must be a whole number|must be a number/],
  ['database.port', 70_000, /must be at most 65535 \(received 70000\)/],
  ['database.user', 'postgres', /must be a role of its own .*step 2/],
  ['database.user', 'Carfin Reader', /role of PostgreSQL in lower case, such as carfin_reader/],
  ['database.user', undefined, /must be given: a text \(not given\)/],
  ['database.name', '', /must be the name of the database/],
  ['database.resourceId', 'db-abc', /must be the resource id/],
  ['database.securityGroupId', 'default', /must be an id of AWS such as sg-/],
  ['database.host', endpoint, /is no setting/],
  ['network.subnetIds', undefined, /must be given: a list \(not given\); find it with: aws ec2 describe-subnets/],
  ['network.subnetIds', 'subnet-0123456789abcdef0', /must be a list \(received "subnet/],
  ['network.subnetIds', [], /must name at least one/],
  ['network.subnetIds', ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef0'], /must name each but once/],
  [
    'network.availabilityZones',
    ['ap-northeast-2a', 'ap-northeast-2a'],
    /network\.availabilityZones: must name each but once/,
  ],
  [
    'network.availabilityZones',
    ['ap-northeast-2a', 'ap-northeast-2e'],
    /which has ap-northeast-2a, .*2d \(received "ap-northeast-2e"\)/,
  ],
  ['network.availabilityZones', ['ap-northeast-2a', 'ap-northeast-2'], /must be zones of ap-northeast-2, which has/],
  ['network.vpc', 'vpc-0123456789abcdef0', /is no setting; did you mean vpcId\?/],
  ['cache.shard', 2, /cache\.shard: is no setting; did you mean shards\? \(received 2\)/],
  ['cache.shards', 0, /must be at least 1 \(received 0\)/],
  ['cache.shards', 1.5, /must be a whole number \(received 1\.5\)/],
  ['cache.shards', '2', /must be a number: without quotes \(received "2"\)/],
  ['cache.shards', 501, /must be at most 500 \(received 501\)/],
  ['cache.shards', '-2.25', /must be a number: without quotes/],
  ['cache.shards', '2 ', /must be a number \(received "2 "\)/],
  ['cache.shards', 'x2', /must be a number \(received "x2"\)/],
  ['cache.shards', true, /must be a number \(received true\)/],
  ['cache.replicasPerShard', 6, /at most 5: ElastiCache has no more/],
  ['cache.nodeType', 'r7g.large', /must be a node type such as cache\.r7g\.large/],
  ['cache.engineVersion', 7.2, /must be a text: put it in quotes/],
  ['cache.engineVersion', '6.2', /must be a version of Valkey from 7\.2 on/],
  ['cache.durability', 'sync', /needs Valkey 9\.0; cache\.engineVersion is 7\.2/],
  ['api.callers', ['arn:aws:iam::111122223333:root'], /api\.callers\.0: must be the ARN of one role or user/],
  ['api.callers', ['arn:aws:iam::111122223333:role/*'], /api\.callers\.0: must be the ARN of one role or user/],
  ['api.callers', ['arn:aws:iam::aws:policy/AdministratorAccess'], /api\.callers\.0: must be the ARN of one role/],
  ['api.callers', ['arn:aws:iam::444455556666:role/a'], /must be roles or users of account 111122223333/],
  ['cache.multiAz', 'yes', /must be true or false \(received "yes"\)/],
  ['cache.snapshotRetentionDays', 8, /must be at most 7: nothing in a snapshot lives longer/],
  ['cache.maintenanceWindow', 'Sunday 19:00', /must be UTC days and hours such as/],
  ['cache.replicationGroupId', 'CarFin_Prod', /2 to 20 lower-case letters/],
  ['cache', undefined, /cache: must be given: a group of settings/],
  [
    'api.callers',
    ['agents'],
    /api\.callers\.0: must be the ARN of one role or user, such as arn:aws:iam.* \(received "agents"\)/,
  ],
  ...[123, null, ['arn:aws:iam::111122223333:role/a']].map((caller): [string, unknown, RegExp] => [
    'api.callers',
    [caller],
    /api\.callers\.0: must be the ARN of one role or user/,
  ]),
  ['api.callers', [], /must name at least one principal/],
  [
    'api.callers',
    [{ principal: 'arn:aws:iam::111122223333:role/a', scopes: ['all'] }],
    /api\.callers\.0\.scopes\.0: must be one of search, conversation, erase \(received "all"\)/,
  ],
  ['api.callerz', 'x', /api\.callerz: is no setting; did you mean callers\?/],
  ['cache.zz', 1, /cache\.zz: is no setting; docs\/settings\.md lists them/],
  ['api.exposure', 'public', /api\.exposure: must be one of/],
  ['api.oidc', { issuer: 'a', audience: 'b', subject: 'c' }, /is for exposure "regional".*change api\.exposure/],
  ['api.domain', { name: 'https://cars.kr', certificateArn: certificate }, /api\.domain\.name: must be a host name/],
  ['api.domain', { name: '*.cars.kr', certificateArn: certificate }, /no wildcard \(received/],
  ['api.domain', { name: 'cars.kr/v1', certificateArn: certificate }, /no path/],
  ['api.domain', { name: 'cars.kr' }, /api\.domain\.certificateArn: must be given.*find it with: aws acm list-cert/],
  ['api.domain', { name: 'cars.kr', certificateArn: 'arn:aws:iam::1:server-certificate/x' }, /must be an ARN such as/],
  [
    'api.domain',
    { name: 'cars.kr', certificateArn: certificate.replace('ap-northeast-2', 'us-east-1') },
    /must be a certificate of account 111122223333 in ap-northeast-2/,
  ],
  ['canary', 'yes', /canary: must be true or false \(received "yes"\)/],
  ['account', 111122223333, /must be a text: put it in quotes/],
  ['account', '1111-2222-3333', /must be 12 digits/],
  ['account', true, /must be a text: put it in quotes \(received true\)/],
  ['account', ['111122223333'], /must be a text \(received \["111122223333"\]\)/],
  ['zzzzzzzz', 1, /zzzzzzzz: is no setting; docs\/settings\.md lists them \(received 1\)/],
  ['region', 'Seoul', /must be a region such as ap-northeast-2/],
  ['regoin', 'ap-northeast-2', /regoin: is no setting; did you mean region\?/],
  ['alarmEmail', 'a@b.kr', /did you mean alarmEmails\?/],
  ['alarmEmails', ['oncall'], /alarmEmails\.0: must be an email address \(received "oncall"\)/],
  ['alarmEmails', ['a@carfin.kr', 'a@carfin.kr'], /must name each but once/],
  ['alarmEmails', [], /an alarm that nobody gets is none/],
  ['pages', [{ sms: '010-1234-5678' }], /pages\.0\.sms: must be a number with \+ and its country/],
  ['pages', [{}], /pages\.0: must have one of email, webhook, sms and topic/],
  ['pages', [{ sms: '+821012345678', email: 'a@b.kr' }], /must have one of email, webhook, sms and topic/],
  [
    'pages',
    [{ webhook: 'https://events.pagerduty.com/integration/key' }],
    /pages\.0\.webhook: must be an ARN.*secret.*not shown/,
  ],
  ['pages', [{ sms: '+821012345678' }, { sms: '+821012345678' }], /must name each but once/],
  ['pages', [{ topic: 'arn:aws:sns:ap-northeast-2:444455556666:a.fifo' }], /must be the ARN of a standard topic/],
  ['pages', [{ topic: 'arn:aws:sns:us-east-1:444455556666:a' }], /topic must be in ap-northeast-2/],
  ['pages', [{ webhook: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:a' }], /must be a secret of account/],
  ['pages', [{ email: 'oncall@carfin.example' }], /must not repeat a recipient of alarmEmails/],
  ['pages', ['+821012345678'], /pages\.0: must be a group of settings/],
  ['logRetention', 100, /must be days that CloudWatch Logs offers: 1, 3, 5, 7, .*3653 \(received 100\)/],
  ['budgetTag', 'team', /budgetTag: must be the key of one of tags: project, stage \(received "team"\)/],
  ['budgetTag', '', /budgetTag: must not be empty \(received ""\)/],
  ['monthlyBudgetUsd', 0, /must be above 0/],
  ['monthlyBudgetUsd', '450', /must be a number: without quotes \(received "450"\)/],
  ['monthlyBudgetUsd', '4,500', /must be a number \(received "4,500"\)/],
  ['concurrency.search.most', 0, /must be at least 1/],
  ['tags', ['prod'], /must be a group of names and texts/],
  ['tags', { team: true }, /tags\.team: must be a text: put it in quotes \(received true\)/],
  ['tags', { 'aws:team': 'cars' }, /must not begin with aws:, which AWS keeps for itself \(received "cars"\)/],
  ['tags', { '': 'cars' }, /must not be empty/],
  ['tags', { ['k'.repeat(129)]: 'cars' }, /must have at most 128 characters/],
  ['tags', { team: 'x'.repeat(257) }, /tags\.team: must have at most 256 characters/],
  ['tags', { team: 'a & b' }, /tags\.team: must be of letters, digits, spaces and .*received "a & b"/],
  ['tags', { Team: 'a', team: 'b' }, /IAM takes no two that differ in capitals alone/],
  ['database.instanceIdentifier', 'arn:aws:rds:ap-northeast-2:111122223333:db:cars', /lower case, .*no ARN/],
  ['database.instanceIdentifier', ' carfin-prod', /must be the name of the RDS instance.*received " carfin-prod"/],
  ['database.name', 'carfin; DROP', /no space, no quote/],
  ['database.name', 'ｃarfin', /in letters of usual width \(received "ｃarfin", in which "ｃ" is U\+FF43\)/],
  [
    'database.secretArn',
    'arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:carfin-AbCdEf:password::',
    /must be an ARN such as .*secret:name-AbCdEf \(what was received is not shown/,
  ],
  ['network.vpcId', 'vpc–0123456789abcdef0', /must be an id of AWS.*received "vpc–0.*", in which "–" is U\+2013\)/],
  ['network.subnetIds', ['10.0.0.0/24', '10.0.1.0/24'], /subnetIds\.0: must be an id of AWS such as subnet-/],
  ['network.subnetIds', ['sg-0123456789abcdef0', 'sg-0123456789abcdef1'], /must be an id of AWS such as subnet-/],
  ['network.availabilityZones', ['apne2-az1', 'apne2-az3'], /must be zones of ap-northeast-2 \(received "apne2-az1"\)/],
  [
    'network.secretsManager',
    { by: 'new-endpoint', securityGroupId: 'sg-0123456789abcdef0' },
    /secretsManager\.securityGroupId: is for another value of network\.secretsManager\.by; leave it out \(received "sg/,
  ],
  [
    'network.secretsManager',
    { by: 'new-endpoint', securityGroup: 'x' },
    /is no setting; did you mean securityGroupId\?/,
  ],
  ['network.secretsManager', { by: 'endpoint' }, /by: must be one of new-endpoint, existing-endpoint, nat \(received/],
  ['cache.replicationGroupId', 'ｃarfin', /single hyphens, .*received "ｃarfin", in which "ｃ" is U\+FF43/],
  ['cache.autoScaling', null, /must be a group of settings; nothing stands behind its name \(received null\)/],
  ['logRetention', '90', /logRetention: must be a number: without quotes \(received "90"\)/],
  ['keyReaders.roleArns', ['arn:aws:iam::111122223333:role/*'], /roleArns\.0: must be the ARN of one role or user/],
  ['keyReaders.roleArns', ['arn:aws:iam::444455556666:role/a'], /must be roles or users of account 111122223333/],
  ['audit.readerArns', ['arn:aws:iam::111122223333:root'], /readerArns\.0: must be the ARN of one role or user/],
  ['audit.readerArns', ['arn:aws:iam::444455556666:user/a'], /must be roles or users of account 111122223333/],
  [
    'api.domain',
    { name: 'cars.kr', certificateArn: 'arn:aws:acm:ap-northeast-2:111122223333:certificate/…' },
    /must be an ARN such as .*"…" is U\+2026/,
  ],
])('%s = %j is told with its rule, its value and the way out', (path, value, line) => {
  const text = told(changed(path, value));
  const lines = text.split('\n').filter((each) => each.startsWith('  '));
  expect(lines).toEqual(expect.arrayContaining([expect.stringMatching(line)]));
  expect(lines.find((each) => line.test(each))).toMatch(new RegExp(`^ {2}${path.replaceAll('.', '\\.')}`));
  expect(text).not.toMatch(RAW);
});

test('a setting of a private API in a regional one is told why', () => {
  const api = { exposure: 'regional', callers: [], callerSecurityGroupIds: ['sg-0123456789abcdef0'] };
  expect(told({ ...prod, api } as unknown as StageInput)).toMatch(
    /api\.callerSecurityGroupIds: is for exposure "private": .*pass no endpoint of the VPC; leave it out/,
  );
});

test.each<[string, unknown, RegExp]>([
  ['images.destinations', ['10.0.0.0/33'], /destinations\.0: must be a prefix list .* or an IPv4 range/],
  ['images.destinations', ['999.0.0.0/8'], /destinations\.0: must be a prefix list/],
  ['images.destinations', ['photos.carfin.kr'], /destinations\.0: must be a prefix list/],
  ['images.photoPattern', '', /photoPattern: must not be empty/],
  ['images.photoPattern', 'x'.repeat(201), /photoPattern: must have at most 200 characters/],
  ['images.destinations', [], /destinations: must name at least 1 \(received \[\]\)/],
  ['images.photoPattern', '(', /photoPattern: must be a regular expression/],
  ['api.oidc.subject', 'owner:team:*', /subject: must be the whole text as it stands in the token: no \*/],
  ['api.oidc.audience', 'https://carfin.example ', /audience: must be the whole text.*received "https.* "\)/],
  ['api.oidc.issuer', 'https://oidc.web-host.example', /issuer: must be the issuer without https:\/\//],
])('of an option, %s = %j is told', (path, value, line) => {
  const base = path.startsWith('api') ? regional : withImages;
  const text = told(changed(path, value, base));
  expect(text).toMatch(line);
  expect(text).not.toMatch(RAW);
});
