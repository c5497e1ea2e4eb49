import { setTimeout as sleep } from 'node:timers/promises';
import { CATALOGUE_KEYS } from '../../../../lambda/contract/keys';
import { refilled } from '../../breakage/breakage';
import { pointerNode } from '../../breakage/nodes';
import { configured } from '../../breakage/refusals';
import { primariesOf } from '../../engines/cluster-roles';
import type { Fault, StoreFault } from '../lab/fault';
import type { Lab } from '../lab/lab';

/** What a server says no to, and what it is made to forget. */
export const SERVER_STATE_FAULTS: readonly StoreFault[] = [
  {
    name: 'out-of-memory',
    what: 'no memory and nothing evicted: writes meet OOM',
    ...configured({ 'maxmemory-policy': 'noeviction', maxmemory: 1_000_000 }),
  },
  {
    name: 'evicted',
    what: 'memory so short that answers, listings and index are evicted',
    ...refilled(configured({ maxmemory: 3_000_000 })),
  },
  {
    name: 'read-only',
    what: 'primaries refuse writes (NOREPLICAS)',
    ...configured({ 'min-replicas-to-write': 2 }),
  },
  {
    name: 'connection-limit',
    what: 'processes start while every node has its most connections',
    ...configured({ maxclients: 1 }),
    cold: {},
  },
];

/** What moves from shard to shard. */
export const RESHARDING_FAULTS: readonly Fault[] = [
  {
    name: 'resharding',
    what: 'slots that hold the catalogue and answers move to another shard, and back',
    meanwhile: moveSlots,
    end: (lab) => lab.cluster.untilOk(),
  },
];

/** Moves one slot after another, key by key, as a resharding does. */
async function moveSlots(lab: Lab): Promise<void> {
  const from = await pointerNode(lab);
  const to = (await primariesOf(lab.cluster)).find((node) => node !== from);
  if (to === undefined) return;
  const [fromId, toId] = await Promise.all([from, to].map(async (node) => String(await node.ask('CLUSTER', 'MYID'))));
  const keys = [CATALOGUE_KEYS.current, ...((await from.ask('KEYS', 'search:*')) as string[]).slice(0, 30)];
  const listing = ((await from.ask('KEYS', 'listing:*')) as string[]).slice(0, 1);
  const slots = new Set(
    await Promise.all([...keys, ...listing].map((key) => from.ask('CLUSTER', 'KEYSLOT', key) as Promise<number>)),
  );
  const { username, password } = lab.cluster.adminConnections()[0] ?? { username: '', password: '' };
  for (const slot of slots) {
    await to.ask('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId ?? '');
    await from.ask('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId ?? '');
    for (;;) {
      const moving = (await from.ask('CLUSTER', 'GETKEYSINSLOT', slot, 10)) as string[];
      if (moving.length === 0) break;
      const auth = ['REPLACE', 'AUTH2', username, password, 'KEYS', ...moving];
      await from.ask('MIGRATE', '127.0.0.1', to.port, '', 0, 5_000, ...auth);
    }
    for (const node of [to, from]) await node.ask('CLUSTER', 'SETSLOT', slot, 'NODE', toId ?? '');
    await sleep(5);
  }
}
