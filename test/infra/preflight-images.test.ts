import { DescribeRouteTablesCommand, DescribeSubnetsCommand, type RouteTable } from '@aws-sdk/client-ec2';
import { checkSubnets } from '../../lib/tools/preflight/network-checks';
import { checkWayOut } from '../../lib/tools/preflight/way-out-check';
import { parseSettings } from '../../lib/stages/parse-settings';
import { withImages } from './inputs';
import { arrangeWellAccount, ec2, settings, subnets } from './well-account';

beforeEach(arrangeWellAccount);

const withPhotos = parseSettings('prod', withImages);
const [first = '', second = ''] = withImages.images.subnetIds;
const everywhere = (target: object) => [
  { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local' },
  { DestinationCidrBlock: '0.0.0.0/0', ...target },
];
const nat: RouteTable = {
  Associations: [{ SubnetId: first }, { SubnetId: second }],
  Routes: everywhere({ NatGatewayId: 'nat-1' }),
};

test.each<[string, RouteTable[], string, RegExp]>([
  ['a NAT gateway', [nat], 'ok', /nat-1/],
  [
    'the main table',
    [{ Associations: [{ Main: true }], Routes: everywhere({ NatGatewayId: 'nat-2' }) }],
    'ok',
    /nat-2/,
  ],
  ['an internet gateway', [{ ...nat, Routes: everywhere({ GatewayId: 'igw-1' }) }], 'problem', /leads to igw-1/],
  ['no route', [{ ...nat, Routes: [] }], 'problem', /no route/],
  ['no table', [], 'problem', /no route/],
])('the way out of the photos: %s', async (_, RouteTables, level, found) => {
  ec2.on(DescribeRouteTablesCommand).resolves({ RouteTables });
  const each = expect.objectContaining({ level, found: expect.stringMatching(found) as unknown }) as unknown;
  expect(await checkWayOut(withPhotos)).toEqual([each, each]);
});

test('without photos nobody looks for a way out', async () => {
  expect(await checkWayOut(settings)).toStrictEqual([]);
});

test('the subnets of the photos are looked at, too', async () => {
  expect(
    (await checkSubnets(withPhotos)).filter(({ level }) => level === 'problem').map(({ subject }) => subject),
  ).toEqual([first, second]);
  const own = subnets.map((each, i) => ({ ...each, SubnetId: withImages.images.subnetIds[i] }));
  ec2.on(DescribeSubnetsCommand).resolves({ Subnets: [...subnets, ...own] });
  expect((await checkSubnets(withPhotos)).map(({ level }) => level)).toEqual(['ok', 'ok', 'ok', 'ok']);
});
