import { METRICS } from '../contract/metrics';
import type { CauseId } from '../contract/causes';
import { bypassText } from './bypass-text';
import type { Evidence } from './evidence';
import { meanOf } from './recent';

export interface Cause {
  id: CauseId;
  cause: string;
  /** What speaks for it. */
  because: string;
  /** What to type: one safe thing. */
  next: string;
  /** What the next step may cost. */
  risk: string;
}

interface Rule extends Pick<Cause, 'cause' | 'risk'> {
  next: string | ((evidence: Evidence) => string);
  /** @returns what speaks for it, undefined if nothing does. */
  proof: (evidence: Evidence) => string | undefined;
}

const NONE = 'none: it only looks';
const when = (holds: boolean, proof: string) => (holds ? proof : undefined);
const of = ({ recent }: Evidence, metric: string) => recent[metric] ?? 0;
/** Layers that fail because of a refusal, not because nothing is there. */
const REFUSING = /authentication|permission/;
const failedLayer = ({ checks = [] }: Evidence, system: string, refusing?: boolean) =>
  checks
    .filter((check) => check.system === system && check.outcome === 'failed')
    .filter(({ layer }) => refusing === undefined || REFUSING.test(layer) === refusing)
    .map(({ layer, found }) => `${layer} fails: ${found}`)[0];
/** Functions of which a metric counts something, those with most first. */
const functionsWith = ({ recent }: Evidence, metric: string) =>
  Object.entries(recent)
    .flatMap(([name, value = 0]) =>
      name.startsWith(`${metric} of `) && value > 0 ? [{ name: name.slice(metric.length + 4), value }] : [],
    )
    .sort((a, b) => b.value - a.value);
const ofFunctions = (evidence: Evidence, metric: string) =>
  functionsWith(evidence, metric)
    .map(({ name, value }) => `${name}: ${value}`)
    .join(', ');

/** From the bottom of the system up: what is below explains what is above. */
const RULES: Readonly<Record<CauseId, Rule>> = {
  nodeDown: {
    cause: 'a node of Valkey is not available',
    next: 'npm run ops -- status',
    risk: `${NONE}; a replacement takes minutes and heals by itself`,
    proof: ({ cluster }) =>
      cluster?.nodes
        .filter(({ status }) => status !== 'available')
        .map(({ id, status }) => `${id} is ${status}`)
        .join(', ') ||
      when(cluster !== undefined && cluster.status !== 'available', `the cluster is ${cluster?.status ?? ''}`),
  },
  valkeyUnreachable: {
    cause: 'search can’t reach Valkey',
    next: 'npm run ops -- doctor',
    risk: NONE,
    proof: (evidence) => failedLayer(evidence, 'Valkey', false),
  },
  valkeyRefuses: {
    cause: 'Valkey refuses a login or a command',
    next: 'npm run ops -- doctor',
    risk: NONE,
    proof: (evidence) =>
      failedLayer(evidence, 'Valkey', true) ??
      when(
        of(evidence, 'AuthenticationFailures') +
          of(evidence, 'KeyAuthorizationFailures') +
          of(evidence, 'CommandAuthorizationFailures') >
          0,
        `${of(evidence, 'AuthenticationFailures')} logins, ${of(evidence, 'KeyAuthorizationFailures')} keys and ${of(evidence, 'CommandAuthorizationFailures')} commands refused in a minute at most`,
      ),
  },
  databaseUnreachable: {
    cause: 'the database can’t be reached, or lacks what is read',
    next: 'npm run ops -- doctor',
    risk: `${NONE}; searches go on from the cache and the index until they expire`,
    proof: (evidence) => failedLayer(evidence, 'database'),
  },
  bypass: {
    cause: 'the cache is bypassed',
    next: 'npm run ops -- cache bypass off',
    risk: 'if somebody bypassed it on purpose, what they avoided comes back',
    proof: ({ catalogue }) => (catalogue?.bypass === undefined ? undefined : bypassText(catalogue.bypass)),
  },
  noCatalogue: {
    cause: 'no catalogue is published',
    next: 'npm run ops -- warm --force',
    risk: 'one reading of the whole table',
    proof: ({ catalogue }) =>
      when(catalogue !== undefined && catalogue.current === undefined, 'the pointer is not there'),
  },
  memoryFull: {
    cause: 'memory is full',
    next: 'npm run ops -- purge image:',
    risk: 'none until --yes; then photos are fetched again',
    proof: (evidence) =>
      when(
        of(evidence, 'DatabaseMemoryUsagePercentage') > 80 || of(evidence, 'Evictions') > 0,
        `${Math.round(of(evidence, 'DatabaseMemoryUsagePercentage'))} % of the fullest node, ${of(evidence, 'Evictions')} keys evicted in a minute at most`,
      ),
  },
  connectionsLeak: {
    cause: 'connections leak, or somebody else connects',
    next: 'npm run ops -- status',
    risk: NONE,
    proof: (evidence) =>
      when(
        evidence.firing.some((name) => name.startsWith('Connections-')),
        `${of(evidence, 'CurrConnections')} connections to one node`,
      ),
  },
  replicaBehind: {
    cause: 'a replica is behind its primary',
    next: 'npm run ops -- status',
    risk: `${NONE}; do not fail over now`,
    proof: (evidence) =>
      when(of(evidence, 'ReplicationLag') > 5, `${Math.round(of(evidence, 'ReplicationLag'))} s behind`),
  },
  nodeOverloaded: {
    cause: 'a node does all that it can',
    next: 'npm run ops -- status',
    risk: NONE,
    proof: (evidence) =>
      when(
        evidence.firing.some((name) => /^(Cpu|Traffic|Network|Credits)-/.test(name)),
        evidence.firing.filter((name) => /^(Cpu|Traffic|Network|Credits)-/.test(name)).join(', '),
      ),
  },
  valkeySlow: {
    cause: 'Valkey answers slowly',
    next: 'npm run ops -- cache bypass on --valkey --for 30m',
    risk: 'none until --yes; then the database gets what the index in memory cannot answer',
    proof: (evidence) => {
      const roundTrip = of(evidence, meanOf(METRICS.valkeyRoundTrip));
      return when(roundTrip > 5, `a round trip takes ${roundTrip.toFixed(1)} ms on average`);
    },
  },
  functionsFail: {
    cause: 'a function ends in errors',
    next: (evidence) => `npm run ops -- logs ${functionsWith(evidence, 'Errors')[0]?.name ?? 'search'} --errors`,
    risk: NONE,
    proof: (evidence) => ofFunctions(evidence, 'Errors') || undefined,
  },
  functionsThrottled: {
    cause: 'requests are refused because a function is at its concurrency',
    next: 'npm run ops -- promises',
    risk: NONE,
    proof: (evidence) => ofFunctions(evidence, 'Throttles') || undefined,
  },
  warmUpFails: {
    cause: 'warm-ups fail',
    next: 'npm run ops -- logs warm-up --errors',
    risk: `${NONE}; if it refuses a catalogue that shrank, look at the table first`,
    proof: (evidence) =>
      when(of(evidence, METRICS.warmUpFailed) > 0, `${of(evidence, METRICS.warmUpFailed)} failed in the last 15 min`),
  },
  warmUpMissing: {
    cause: 'no warm-up runs',
    next: 'npm run ops -- warm',
    risk: 'one small query, or one reading of the table if it has changed',
    proof: (evidence) =>
      when(
        evidence.asked.metrics && of(evidence, METRICS.warmUpSucceeded) + of(evidence, METRICS.warmUpFailed) === 0,
        'none ended in the last 15 min',
      ),
  },
  valkeyFails: {
    cause: 'commands to Valkey fail',
    next: 'npm run ops -- logs search --contains layer',
    risk: NONE,
    proof: (evidence) =>
      when(
        of(evidence, METRICS.valkeyFailures) > 0,
        `${of(evidence, METRICS.valkeyFailures)} of ${of(evidence, METRICS.valkeyOperations)} in the last 15 min`,
      ),
  },
  queriesFail: {
    cause: 'queries fail',
    next: 'npm run ops -- doctor',
    risk: NONE,
    proof: (evidence) =>
      when(of(evidence, METRICS.databaseFailures) > 0, `${of(evidence, METRICS.databaseFailures)} in the last 15 min`),
  },
  databaseSlow: {
    cause: 'the database answers searches, and slowly',
    next: 'npm run ops -- doctor',
    risk: NONE,
    proof: (evidence) =>
      when(
        of(evidence, METRICS.answersFromDatabase) > 0 && of(evidence, meanOf(METRICS.searchTime)) > 50,
        `${of(evidence, METRICS.answersFromDatabase)} searches of the last 15 min, ${of(evidence, meanOf(METRICS.searchTime)).toFixed(0)} ms on average`,
      ),
  },
  pinned: {
    cause: 'an older catalogue is pinned',
    next: 'npm run ops -- catalogue show',
    risk: `${NONE}; catalogue unpin when the table is right again`,
    proof: ({ catalogue }) => (catalogue?.pinned === undefined ? undefined : `pinned to ${catalogue.pinned}`),
  },
  apiUnreachable: {
    cause: 'nobody reaches the API',
    next: 'npm run ops -- logs heartbeat',
    risk: NONE,
    proof: (evidence) =>
      when(
        of(evidence, 'Invocations of heartbeat') > 0 && of(evidence, METRICS.heartbeatAnswered) === 0,
        `${of(evidence, 'Invocations of heartbeat')} heartbeats of the last 15 min, none answered`,
      ),
  },
  apiRefuses: {
    cause: 'the gateway refuses requests (403, 429)',
    next: 'npm run ops -- logs heartbeat',
    risk: NONE,
    proof: (evidence) => {
      const refused = of(evidence, '4XXError') - of(evidence, METRICS.invalidRequests);
      return when(
        refused > 20 && refused > of(evidence, 'Count') / 2,
        `${refused} of ${of(evidence, 'Count')} requests`,
      );
    },
  },
  peopleUnhappy: {
    cause: 'people are not content with what they are shown',
    next: 'npm run ops -- promises',
    risk: NONE,
    proof: ({ recent }) => {
      const score = recent[meanOf(METRICS.satisfactionScore)] ?? 5;
      return when(score < 4.5, `they give ${score.toFixed(1)} of 5 on average`);
    },
  },
};

/** @returns the causes that something speaks for: those that the alarm names in their order, then what else was found. */
export function causesOf(evidence: Evidence): Cause[] {
  const rank = (id: CauseId) => {
    const place = evidence.causes.indexOf(id);
    return place === -1 ? evidence.causes.length : place;
  };
  return (Object.keys(RULES) as CauseId[])
    .flatMap((id) => {
      const { cause, next, risk, proof } = RULES[id];
      const because = proof(evidence);
      return because === undefined || because === ''
        ? []
        : [{ id, cause, because, next: typeof next === 'string' ? next : next(evidence), risk }];
    })
    .sort((a, b) => rank(a.id) - rank(b.id));
}
