import { parseSettings } from '../../lib/stages/parse-settings';
import type { StageInput } from '../../lib/stages/settings';
import { tokyo, withGlobalDatastore } from './options';

test.each<[string, string, StageInput, RegExp]>([
  ['dev', 'dev', withGlobalDatastore({}), /cache\.globalDatastore: is for stages that people rely on/],
  [
    'a T node',
    'prod',
    withGlobalDatastore({}, { nodeType: 'cache.t3.medium' }),
    /is not possible on cache\.t3\.medium/,
  ],
  [
    'autoscaling',
    'prod',
    withGlobalDatastore({}, { autoScaling: { minShards: 1, maxShards: 2, targetCpuPercent: 60 } }),
    /cache\.autoScaling: must be left out with cache\.globalDatastore/,
  ],
  [
    'no replica',
    'prod',
    withGlobalDatastore({}, { replicasPerShard: 0 }),
    /cache\.globalDatastore: needs at least one replica a shard/,
  ],
  [
    'its own Region',
    'prod',
    withGlobalDatastore({ secondaries: [{ ...tokyo, region: 'ap-northeast-2' }] }),
    /secondaries: must each be in another Region, and none in ap-northeast-2 \(received \["ap-northeast-2"\]\)/,
  ],
  [
    'zones of another Region',
    'prod',
    withGlobalDatastore({ secondaries: [{ ...tokyo, region: 'us-east-1' }] }),
    /secondaries\.0\.availabilityZones: must be zones of us-east-1 \(received "ap-northeast-1a"\)/,
  ],
  [
    'a zone without its subnet',
    'prod',
    withGlobalDatastore({ secondaries: [{ ...tokyo, subnetIds: tokyo.subnetIds.slice(1) }] }),
    /secondaries\.0\.subnetIds: must be one for each of the 2 zones/,
  ],
  [
    'three secondaries',
    'prod',
    withGlobalDatastore({ secondaries: [tokyo, tokyo, tokyo] }),
    /must be at most two: a global datastore has no more/,
  ],
  [
    'a copy abroad without a ground',
    'prod',
    withGlobalDatastore({ secondaries: [{ ...tokyo, transferGround: undefined } as never] }),
    /transferGround: must name the ground .* consent, treaty, contract, certification, recognition .*not given/,
  ],
  [
    'a ground that is none',
    'prod',
    withGlobalDatastore({ secondaries: [{ ...tokyo, transferGround: 'because' } as never] }),
    /transferGround: must name the ground/,
  ],
  [
    'an id that AWS did not make',
    'prod',
    withGlobalDatastore({ id: 'carfin' }),
    /id: must end in -carfin, as AWS makes it/,
  ],
])('%s is refused', (_, name, input, message) => {
  expect(() => parseSettings(name, input)).toThrow(message);
});
