import { SETTING_PATHS } from '../../../../lib/stages/find-commands';
import { parseSettings } from '../../../../lib/stages/parse-settings';
import type { StageInput } from '../../../../lib/stages/settings';
import type { Things } from '../../../../lib/tools/rehearse/existing-things';
import { insideInput, webInput } from '../../../../lib/tools/rehearse/stage-inputs';
import { prod as example } from '../../../support/stages';

const ACCOUNT = '444455556666';
const secret = (name: string) => `arn:aws:secretsmanager:ap-northeast-2:${ACCOUNT}:secret:${name}-AbCdEf`;
const things: Things = {
  agentsGroup: 'sg-0123456789abcdef1',
  photoSubnets: ['subnet-0123456789abcdef1', 'subnet-0123456789abcdef2'],
  databaseSecret: secret('database'),
  webhookSecret: secret('pager'),
  chatSecret: secret('chat'),
  topic: `arn:aws:sns:ap-northeast-2:${ACCOUNT}:oncall`,
  certificate: `arn:aws:acm:ap-northeast-2:${ACCOUNT}:certificate/0a1b2c3d-0000-4000-8000-000000000001`,
  apiEndpoint: 'vpce-0123456789abcdef0',
  endpointGroup: 'sg-0123456789abcdef2',
  abroad: {
    vpcId: 'vpc-0123456789abcdef9',
    availabilityZones: ['ap-northeast-1a', 'ap-northeast-1c'],
    subnetIds: ['subnet-0123456789abcdef3', 'subnet-0123456789abcdef4'],
  },
};
const prod: StageInput = { ...example, account: ACCOUNT };
/** In the order in which the rehearsal deploys them. */
const deployed: Record<string, StageInput> = {
  prod,
  web: webInput(prod, things, 'make'),
  'web, later': webInput(prod, things, 'exists'),
  inside: insideInput(prod, things),
  'inside, later': insideInput(prod, things, 'ldgnf-carfin'),
};

/** The values that the stages give a setting, each once. */
function valuesOf(path: string): unknown[] {
  const values = Object.values(deployed).map((input) =>
    path.split('.').reduce<unknown>((each, key) => (each as Record<string, unknown> | undefined)?.[key], input),
  );
  return [...new Set(values.filter((value) => value !== undefined))];
}

test.each(Object.entries(deployed))('%s can be deployed', (_, input) => {
  expect(() => parseSettings('web', input)).not.toThrow();
});

test('between them the stages of the rehearsal take every setting', () => {
  expect(SETTING_PATHS.filter((path) => valuesOf(path).length === 0)).toStrictEqual([]);
});

test.each<[path: string, values: unknown[]]>([
  ['api.exposure', ['private', 'regional']],
  ['api.oidc.provider', ['make', 'exists']],
  ['network.secretsManager.by', ['nat', 'existing-endpoint', 'new-endpoint']],
  ['cache.engineVersion', ['7.2', '9.0']],
  ['cache.retainData', [true, false]],
])('and %s with each of its values', (path, values) => {
  expect(valuesOf(path)).toEqual(values);
});

test('and each way to wake somebody', () => {
  const ways = Object.values(deployed).flatMap(({ pages = [] }) => pages.flatMap((each) => Object.keys(each)));
  expect(new Set(ways)).toEqual(new Set(['email', 'webhook', 'sms', 'topic']));
});
