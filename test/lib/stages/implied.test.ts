import { limitViolations } from '../../../lib/stages/aws-limits';
import { deployedFunctions, deployedUsers } from '../../../lib/stages/deployed-functions';
import { exampleSettings, isExample } from '../../../lib/stages/example-values';
import { mostShards, scalingOf } from '../../../lib/stages/scaling';
import { settingsSchema } from '../../../lib/stages/settings';
import { withImages } from '../../infra/inputs';
import { adopted, prod } from '../../support/stages';

const settings = settingsSchema.parse(prod);
const photos = settingsSchema.parse(withImages);

test('a stage without photos has neither their function nor its user', () => {
  expect(deployedFunctions(settings)).toEqual(['search', 'conversation', 'events', 'warm-up', 'operations', 'doctor']);
  expect(deployedFunctions(photos)).toEqual(deployedFunctions(settings).toSpliced(3, 0, 'images'));
  expect(deployedUsers(photos).filter((user) => !deployedUsers(settings).includes(user))).toEqual(['images']);
  expect(deployedUsers(settings)).toEqual(['search', 'conversation', 'events', 'warm-up', 'operations', 'key-reader']);
});

test('a cluster may grow to the most shards of its autoscaling, and else has those it has', () => {
  const autoScaling = { minShards: 1, maxShards: 5, targetCpuPercent: 60 };
  expect([mostShards(settings.cache), mostShards({ ...settings.cache, shards: 3 })]).toEqual([1, 3]);
  expect(mostShards({ ...settings.cache, shards: 3, autoScaling })).toBe(5);
});

test('how many environments of a function run at once stands in the stage, or with the function', () => {
  expect(scalingOf('search', settings)).toEqual({ most: 50, alwaysWarm: 2 });
  expect(scalingOf('events', settings)).toEqual({ most: 20, alwaysWarm: 0 });
  expect(scalingOf('warm-up', settings)).toEqual({ most: 2, alwaysWarm: 0 });
});

test('a value of the example is known by itself, and each is named by its setting', () => {
  for (const value of [
    'arn:aws:iam::111122223333:role/a',
    'vpc-0eeeeeeeeeeeeee01',
    'db-0EXAMPLE0PROD0RESOURCE',
    'a@carfin.example',
  ])
    expect([value, isExample(value)]).toEqual([value, true]);
  for (const value of ['444455556666', 'vpc-0eeee', 'example', 'a@example.kr'])
    expect([value, isExample(value)]).toEqual([value, false]);
  expect(exampleSettings(prod)).toEqual([
    'account',
    'network.vpcId',
    'network.subnetIds.0',
    'network.subnetIds.1',
    'database.instanceIdentifier',
    'database.endpoint',
    'database.securityGroupId',
    'database.resourceId',
    'api.callers.0',
    'api.callerSecurityGroupIds.0',
    'alarmEmails.0',
  ]);
  const [principal] = prod.api.callers as string[];
  const named = { ...prod, api: { ...prod.api, callers: [{ principal }] } } as typeof prod;
  expect(exampleSettings(named)).toContain('api.callers.0.principal');
  expect(exampleSettings(adopted)).toStrictEqual([]);
});

test('a check of the settings as a whole is asked after the others, with the name of the stage', () => {
  const found = { setting: 'region', rule: 'must be another', received: 'prod' };
  const more = [(_: unknown, stage: string) => ({ ...found, received: stage }), () => undefined];
  expect(limitViolations(settings, 'prod', more)).toEqual([found]);
});
