import type { CauseId } from '../../../lambda/contract/causes';
import { together, type Breakage } from '../breakage/breakage';
import { endings, type ProxiedStores } from '../breakage/connections';
import { everyNode } from '../breakage/nodes';
import { STORE_FAULTS } from '../faults/faults';
import type { StoreFault } from '../faults/lab/fault';
import type { Drill } from './drill';
import type { DrillSystem } from './drill-system';
import { leaking } from './node-drills';

const VALKEY_AWAY = ['nodeDown', 'valkeyUnreachable'] as const;

/** What the first message must name under each fault that an alarm notices. */
const TRUE_CAUSES: Readonly<Record<string, readonly CauseId[]>> = {
  'all-killed': ['nodeDown'],
  'dead-at-cold-start': ['nodeDown'],
  'all-hung': ['nodeDown'],
  'hung-at-cold-start': ['nodeDown'],
  'shard-lost': ['nodeDown'],
  loading: ['valkeyLoading'],
  busy: ['valkeyBusy'],
  'client-pause': ['valkeySilent'],
  'slow-20ms': ['valkeySlow'],
  'slow-50ms': ['valkeySlow'],
  'slow-500ms': ['valkeySilent', 'valkeySlow'],
  cut: VALKEY_AWAY,
  flapping: ['connectionsEnd', 'valkeyUnreachable'],
  'black-hole': ['valkeySilent'],
  'black-hole-at-cold-start': ['valkeySilent'],
  'reply-lost': ['valkeyUnreachable', 'connectionsEnd'],
  'out-of-memory': ['memoryFull'],
  evicted: ['memoryFull'],
  'read-only': ['valkeyReadOnly'],
  'connection-limit': ['connectionsLeak'],
  'password-wrong': ['valkeyRefusesLogin'],
  'password-wrong-at-cold-start': ['valkeyRefusesLogin'],
  'user-off': ['valkeyRefusesLogin'],
  'reads-forbidden': ['valkeyForbids'],
  'writes-forbidden': ['valkeyForbids'],
  'certificate-expired': ['valkeyCertificate'],
  'certificate-foreign': ['valkeyCertificate'],
  'wrong-type': ['valuesDamaged'],
  truncated: ['valuesDamaged'],
  'bad-utf8': ['valuesDamaged'],
  'listings-damaged': ['valuesDamaged'],
  'index-damaged': ['indexDamaged'],
  'database-down': ['databaseUnreachable'],
  'database-hung': ['databaseSilent'],
  'database-full': ['databaseFull'],
  'database-ends-connections': ['valkeyUnreachable', 'databaseConnectionsEnd'],
  'schema-drift': ['valkeyUnreachable'],
  'both-down': ['valkeyUnreachable', 'databaseUnreachable'],
  'both-hung': ['valkeySilent', 'databaseSilent'],
  'clock-an-hour-ahead': ['clockWrong'],
  'valkey-connections-end': ['connectionsEnd', 'valkeyUnreachable'],
  'database-connections-end': ['databaseConnectionsEnd', 'databaseUnreachable', 'databaseSilent'],
};

/** Faults that no alarm tells of, and why that is right. */
export const SELF_HEALING: Readonly<Record<string, string>> = {
  'primary-killed': 'its replica is primary within seconds',
  'primary-hung': 'its replica is primary within seconds',
  'planned-failover': 'no command fails',
  'one-shard-killed': 'the control plane promotes the replica within a minute',
  'one-shard-failover': 'no command fails',
  resharding: 'clients follow the slots',
  'half-open': 'silent connections are replaced within 300 ms',
  'password-rotated': 'each connection signs in with the newest password',
  'pointer-damaged': 'the next warm-up publishes, within a minute',
  flood: 'what nobody repeats is evicted first; a full memory is told as under evict-keys',
  thaw: 'Lambda freezes and thaws all day',
  stampede: 'one query answers all',
  'idle-process': 'the first answer is of the newest catalogue',
};

/** A drill's system as a fault sees it. @throws Error if nothing lies before its servers */
function proxied({ postgres, cluster, network, refill }: DrillSystem): ProxiedStores {
  if (network === undefined) throw new Error('A fault is played on a system with proxies.');
  return { postgres, cluster, network, refill };
}

const onDrillSystem = ({ begin, meanwhile, end }: Breakage<ProxiedStores>): Breakage<DrillSystem> => ({
  begin: (system) => begin?.(proxied(system)),
  ...(meanwhile && { meanwhile: (system, between) => meanwhile(proxied(system), between) }),
  end: (system) => end?.(proxied(system)),
});

/** The connections of two faults end here without the speakers that judge answers there. */
const ENDINGS: readonly StoreFault[] = [
  {
    name: 'valkey-connections-end',
    what: 'connections to Valkey end, at any byte',
    ...endings(({ valkey }) => valkey),
  },
  {
    name: 'database-connections-end',
    what: 'connections to PostgreSQL end, at any byte',
    ...endings(({ database }) => [database]),
  },
];

function drillOf({ name, what, cold, ...fault }: StoreFault): Drill[] {
  const causes = TRUE_CAUSES[name];
  if (causes === undefined) return [];
  const breakage = onDrillSystem(fault);
  return [
    {
      breaks: what,
      rehearses: [],
      causes,
      noticed: true,
      // A node is not at its limit before the alarm of its connections has gone off.
      ...(name === 'connection-limit' ? together(leaking(everyNode), breakage) : breakage),
      ...(cold && { cold }),
    },
  ];
}

/** Each fault that an alarm notices, played against the alarms and not against the promise. Its system has proxies. */
export const FAULT_DRILLS: Readonly<Record<string, Drill>> = Object.fromEntries(
  [...STORE_FAULTS, ...ENDINGS].flatMap((fault) => drillOf(fault).map((drill) => [fault.name, drill] as const)),
);
