import { Match } from 'aws-cdk-lib/assertions';
import { ENV } from '../../lambda/contract/environment';
import { BINARY_MEDIA_TYPES } from '../../lambda/contract/images';
import { PhotoUrls } from '../../lambda/images/photo-url';
import { estimate } from '../../lib/cost/estimate';
import { parseSettings } from '../../lib/stages/parse-settings';
import { prod } from '../support/stages';
import { withImages } from './inputs';
import { synthesise, type SynthesisedStack } from './templates';

const stage = synthesise('prod', withImages);
const service = stage.service.template;
const { images } = withImages;

interface FunctionProperties {
  FunctionName?: string;
  Environment?: { Variables: Record<string, unknown> };
  VpcConfig?: { SecurityGroupIds: unknown[]; SubnetIds: string[] };
  ReservedConcurrentExecutions?: number;
}

function functionsOf(template: SynthesisedStack['template']): FunctionProperties[] {
  const found = Object.values(template.findResources('AWS::Lambda::Function')) as { Properties: FunctionProperties }[];
  return found.map(({ Properties }) => Properties).filter(({ VpcConfig }) => VpcConfig !== undefined);
}
const imagesFunction = functionsOf(service).find(({ FunctionName }) => FunctionName === 'carfin-prod-images');

test('a stage that does not say so has nothing of photos', () => {
  const plain = synthesise('prod', prod);
  for (const stack of [plain.cache, plain.service]) {
    expect(JSON.stringify(stack.template.toJSON())).not.toMatch(/carfin-prod-images|IMAGE_|images\b.*\{proxy/);
    expect(JSON.stringify(stack.template.toJSON())).not.toMatch(/BinaryMediaTypes/);
  }
});

test('only the images function wears the group that is let out, and it wears no other', () => {
  const groups = functionsOf(service).map(({ FunctionName, VpcConfig }) => [FunctionName, VpcConfig?.SecurityGroupIds]);
  const others = groups
    .filter(([name]) => name !== 'carfin-prod-images' && !String(name).match(/-(heartbeat|first-message)$/))
    .flatMap(([, each]) => (each as unknown[]).map((group) => JSON.stringify(group)));
  // The cluster's clients, and those that also ask the database.
  expect(new Set(others).size).toBe(2);
  expect(imagesFunction?.VpcConfig?.SecurityGroupIds).toHaveLength(1);
  expect(others).not.toContain(JSON.stringify(imagesFunction?.VpcConfig?.SecurityGroupIds[0]));
  expect(imagesFunction?.VpcConfig?.SubnetIds).toEqual(images.subnetIds);
  expect(imagesFunction?.ReservedConcurrentExecutions).toBe(40);
});

test('its variables make the URLs that the settings say, and none is for the local run', () => {
  const variables = imagesFunction?.Environment?.Variables ?? {};
  const url = new PhotoUrls(variables as Record<string, string>).of('carpicture06/pic4036/40368614_');
  expect(String(url)).toBe('https://photos.carfin.example/carpicture06/pic4036/40368614_001.jpg');
  expect(variables).not.toHaveProperty(ENV.imageLocalCaFile);
  expect(variables).not.toHaveProperty(ENV.databaseHost);
});

test('the API has a way to it, under IAM, and sends bytes for images only', () => {
  service.hasResourceProperties('AWS::ApiGateway::RestApi', { BinaryMediaTypes: [...BINARY_MEDIA_TYPES] });
  expect(BINARY_MEDIA_TYPES).not.toContain('*/*');
  service.hasResourceProperties('AWS::ApiGateway::Resource', { PathPart: 'images' });
});

test('what its function needs exists: user, log, alarms, a place on the dashboard', () => {
  stage.cache.template.hasResourceProperties('AWS::ElastiCache::User', {
    UserId: 'carfin-prod-images',
    AccessString: Match.stringLikeRegexp('^on ~image:\\* resetchannels -@all '),
  });
  service.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: '/aws/lambda/carfin-prod-images' });
  for (const kind of ['Errors', 'Throttles'])
    service.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName: Match.stringLikeRegexp(`${kind}-images$`) });
  expect(JSON.stringify(service.findResources('AWS::CloudWatch::Dashboard'))).toContain('ImagePlaceholders');
});

test('it is in the estimate', () => {
  const usd = (input: typeof prod) => estimate(parseSettings('prod', input)).totalUsd;
  expect(usd(withImages)).toBeGreaterThan(usd(prod));
});

test.each<[string, Partial<Record<keyof typeof images | 'memoryMib', unknown>>, RegExp]>([
  ['plain HTTP', { origin: 'http://photos.carfin.kr' }, /images\.origin: must be an https origin/],
  ['an address', { origin: 'https://10.0.0.1' }, /images\.origin: .* no address/],
  ['a path in the origin', { origin: 'https://photos.carfin.kr/a' }, /images\.origin/],
  ['a path without a photo', { path: '/a.jpg' }, /images\.path: must begin with \/ and hold \{photo\} once/],
  ['a path that begins with another host', { path: '@evil.example/{photo}' }, /images\.path/],
  ['a shape that is no expression', { photoPattern: 'a(' }, /images\.photoPattern: must be a regular expression/],
  [
    'too few subnets',
    { subnetIds: ['subnet-0123456789abcdef0'] },
    /images\.subnetIds: .*find it with: aws ec2 describe-route-tables/,
  ],
  ['half a bucket', { memoryMib: 6 }, /images\.memoryMib: must be a multiple of 4/],
  ['no way out', { destinations: [] }, /images\.destinations/],
])('%s is refused at synth', (_, change, message) => {
  expect(() => parseSettings('prod', { ...withImages, images: { ...images, ...change } as typeof images })).toThrow(
    message,
  );
});
