import type { CauseId } from '../contract/causes';
import { METRICS } from '../contract/metrics';
import { bypassText } from './bypass-text';
import type { Evidence } from './evidence';
import { meanOf } from './recent';

/** What is said of a cause, and what speaks for it beside a check of the doctor. */
export interface Rule {
  cause: string;
  /** What to type: one safe thing; the doctor unless given. */
  next?: string | ((evidence: Evidence) => string);
  /** What the next step may cost; nothing unless given. */
  risk?: string | ((evidence: Evidence) => string);
  /** @returns what speaks for it, undefined or empty if nothing does. Without it the doctor's checks alone do. */
  proof?: (evidence: Evidence) => string | undefined;
}

export const NONE = 'none: it only looks';
export const DOCTOR = 'npm run ops -- doctor';
const STATUS = 'npm run ops -- status';
/** What ElastiCache says of a node or group that works. */
const WORKING = ['available', 'snapshotting'];
/** Of failures, so many at least are no accident. */
const SEVERAL = 5;
const when = (holds: boolean, proof: string) => (holds ? proof : undefined);
const of = ({ recent }: Evidence, metric: string) => recent[metric] ?? 0;
/** What a metric counted, if that is more than an accident would be. */
const counted = (evidence: Evidence, metric: string, what: string, accident = SEVERAL) =>
  when(of(evidence, metric) > accident, `${of(evidence, metric)} ${what} in the last 15 min`);
const firing = ({ firing: all }: Evidence, kinds: RegExp) => all.filter((name) => kinds.test(name)).join(', ');
/** Commands to Valkey that failed, beside those that brought damaged values: of these there were that many at most. */
const commandsFailed = (evidence: Evidence) =>
  Math.max(0, of(evidence, METRICS.valkeyFailures) - of(evidence, METRICS.valuesDamaged));
/** Of these, those that kept their connection. */
const keptConnection = (evidence: Evidence) => commandsFailed(evidence) - of(evidence, METRICS.valkeyConnectionsLost);
/** Whether Valkey is well by the doctor. */
const isWell = ({ checks = [] }: Evidence) => {
  const own = checks.filter(({ system }) => system === 'Valkey');
  return own.length > 0 && own.every(({ outcome }) => outcome === 'ok');
};
/** The doctor signs in as search: where it finds nothing, another function is refused, whose log names the command. */
const whoIsRefused = (evidence: Evidence) =>
  isWell(evidence)
    ? `npm run ops -- logs ${of(evidence, METRICS.warmUpFailed) > 0 ? 'warm-up' : 'conversation'} --contains layer`
    : DOCTOR;
/** Of Valkey that answers too seldom for a mean: commands that ran out of time, or were kept from a node for that. */
const late = (evidence: Evidence) =>
  when(
    isWell(evidence) && of(evidence, METRICS.breakerOpen) > SEVERAL && keptConnection(evidence) > SEVERAL,
    `${keptConnection(evidence)} of ${of(evidence, METRICS.valkeyOperations)} commands got no answer in time`,
  );
/** Functions with what a metric counts of each beyond what is told elsewhere, those with most first. */
const functionsWith = ({ recent }: Evidence, metric: string, told: Readonly<Record<string, number>> = {}) =>
  Object.entries(recent)
    .filter(([key]) => key.startsWith(`${metric} of `))
    .map(([key, value = 0]) => [key.slice(metric.length + 4), value] as const)
    .map(([name, value]) => ({ name, value: value - (told[name] ?? 0) }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => b.value - a.value);
/** A warm-up that fails counts itself and ends in an error, which warmUpFails tells better. */
const functionsFailing = (evidence: Evidence) =>
  functionsWith(evidence, 'Errors', { 'warm-up': of(evidence, METRICS.warmUpFailed) });
const listed = (functions: ReturnType<typeof functionsWith>) =>
  functions.map(({ name, value }) => `${name}: ${value}`).join(', ');

/** From the bottom of the system up: what is below explains what is above. */
export const RULES: Readonly<Record<CauseId, Rule>> = {
  nodeDown: {
    cause: 'a node of Valkey is not available',
    next: ({ wayBack }) => wayBack?.next ?? STATUS,
    risk: ({ wayBack }) => wayBack?.risk ?? `${NONE}; ElastiCache replaces a node by itself, within minutes`,
    proof: ({ cluster }) =>
      cluster?.nodes
        .filter(({ status }) => !WORKING.includes(status))
        .map(({ id, status }) => `${id} is ${status}`)
        .join(', ') ||
      when(cluster !== undefined && !WORKING.includes(cluster.status), `the cluster is ${cluster?.status ?? ''}`),
  },
  valkeyUnreachable: { cause: 'search can’t reach Valkey' },
  valkeyCertificate: {
    cause: 'Valkey’s certificate is refused',
    risk: `${NONE}; never switch the check off`,
  },
  valkeyRefusesLogin: {
    cause: 'Valkey refuses a login (password or token wrong, or the user off)',
    next: whoIsRefused,
    proof: (evidence) =>
      when(
        of(evidence, 'AuthenticationFailures') > 0,
        `${of(evidence, 'AuthenticationFailures')} logins refused in a minute at most`,
      ),
  },
  valkeyForbids: {
    cause: 'Valkey forbids a command or key',
    next: whoIsRefused,
    proof: (evidence) => {
      const [keys, commands] = [of(evidence, 'KeyAuthorizationFailures'), of(evidence, 'CommandAuthorizationFailures')];
      return when(keys + commands > 0, `${keys} keys and ${commands} commands refused in a minute at most`);
    },
  },
  valkeyLoading: { cause: 'a node of Valkey is loading its data', risk: `${NONE}; it ends by itself` },
  valkeyBusy: { cause: 'a script holds a node of Valkey' },
  valkeyReadOnly: { cause: 'Valkey takes no writes', risk: `${NONE}; answers are still read` },
  valkeySilent: {
    cause: 'Valkey takes connections and does not answer in time',
    next: STATUS,
    risk: `${NONE}; processes leave a silent node alone by themselves`,
  },
  databaseUnreachable: {
    cause: 'the database can’t be reached',
    risk: `${NONE}; searches go on from the cache and the index until they expire`,
  },
  databaseRefusesLogin: { cause: 'the database refuses the login' },
  databaseFull: { cause: 'the database has no connection left' },
  databaseSilent: { cause: 'the database takes connections and does not answer in time' },
  tableChanged: { cause: 'the table is not what is read (a column, a type or a right is missing)' },
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
  indexDamaged: {
    cause: 'the index of the catalogue can’t be loaded',
    next: 'npm run ops -- warm --force',
    risk: 'one reading of the whole table',
    proof: (evidence) =>
      evidence.catalogue?.current === undefined
        ? undefined
        : counted(evidence, METRICS.indexMissing, 'searches had none'),
  },
  memoryFull: {
    cause: 'memory is full',
    next: 'npm run ops -- purge image:',
    risk: 'none until --yes; then photos are fetched again',
    proof: (evidence) =>
      when(
        of(evidence, 'DatabaseMemoryUsagePercentage') > 80 || of(evidence, 'Evictions') > 0,
        `${Math.round(of(evidence, 'DatabaseMemoryUsagePercentage'))} % of the fullest node, ` +
          `${of(evidence, 'Evictions')} keys evicted in a minute at most`,
      ),
  },
  connectionsLeak: {
    cause: 'connections leak, or somebody else connects',
    next: STATUS,
    proof: (evidence) =>
      when(firing(evidence, /^Connections-/) !== '', `${of(evidence, 'CurrConnections')} connections to one node`),
  },
  replicaBehind: {
    cause: 'a replica is behind its primary',
    next: STATUS,
    risk: `${NONE}; do not fail over now`,
    proof: (evidence) =>
      when(of(evidence, 'ReplicationLag') > 5, `${Math.round(of(evidence, 'ReplicationLag'))} s behind`),
  },
  nodeOverloaded: {
    cause: 'a node does all that it can',
    next: STATUS,
    proof: (evidence) => firing(evidence, /^(Cpu|Traffic|Network|Credits)-/),
  },
  valuesDamaged: {
    cause: 'something else writes over values in Valkey',
    // No layer and no node shows who writes; the page says where to look. Meanwhile stored answers can be left unread.
    next: 'npm run ops -- cache bypass on --for 30m',
    risk: 'none until --yes; then the index answers in place of stored answers. Damaged values are never answered',
    proof: (evidence) => {
      const [failures, damaged] = [of(evidence, METRICS.valkeyFailures), of(evidence, METRICS.valuesDamaged)];
      // A few are no accident where commands fail of little else.
      const accident = failures > 0 && 2 * damaged >= failures ? 0 : SEVERAL;
      return counted(evidence, METRICS.valuesDamaged, 'values were not what was written', accident);
    },
  },
  nodeReturned: {
    cause: 'a node of Valkey was away a while ago, and what it alone held is gone',
    next: STATUS,
    risk: `${NONE}; what can be written anew is`,
    proof: ({ nodeEvents = [] }) =>
      nodeEvents.map(({ id, what, minutesAgo }) => `${id} ${what} ${minutesAgo} min ago`)[0],
  },
  connectionsEnd: {
    cause: 'connections to Valkey end again and again',
    // A command that runs out of time ends its connection, and those behind it lose theirs: then most are late.
    proof: (evidence) =>
      keptConnection(evidence) > of(evidence, METRICS.valkeyConnectionsLost)
        ? undefined
        : counted(evidence, METRICS.valkeyConnectionsLost, 'commands had none or lost it'),
  },
  valkeySlow: {
    cause: 'Valkey answers slowly',
    next: 'npm run ops -- cache bypass on --valkey --for 30m',
    risk: 'none until --yes; then the database gets what the index in memory cannot answer',
    proof: (evidence) => {
      const roundTrip = evidence.recent[meanOf(METRICS.valkeyRoundTrip)];
      if (roundTrip === undefined) return late(evidence);
      return when(roundTrip > 5, `a round trip takes ${roundTrip.toFixed(1)} ms on average`);
    },
  },
  functionsFail: {
    cause: 'a function ends in errors',
    next: (evidence) => `npm run ops -- logs ${functionsFailing(evidence)[0]?.name ?? 'search'} --errors`,
    proof: (evidence) => listed(functionsFailing(evidence)),
  },
  functionsThrottled: {
    cause: 'a function is at its concurrency, or nearly: what comes beyond it is refused',
    next: 'npm run ops -- promises',
    proof: (evidence) => listed(functionsWith(evidence, 'Throttles')) || firing(evidence, /^Concurrency-/),
  },
  databaseConnectionsEnd: {
    cause: 'connections to the database end again and again',
    proof: (evidence) => counted(evidence, METRICS.databaseConnectionsLost, 'queries or warm-ups lost theirs'),
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
    // The log names a layer of what could not connect; what Valkey refuses, or answers late, is not in it.
    next: ({ complaints = [] }) =>
      complaints.some((line) => /^search: .*"layer"/.test(line))
        ? 'npm run ops -- logs search --contains layer'
        : DOCTOR,
    proof: (evidence) =>
      when(
        commandsFailed(evidence) > 0,
        `${commandsFailed(evidence)} of ${of(evidence, METRICS.valkeyOperations)} in the last 15 min`,
      ),
  },
  queriesFail: {
    cause: 'queries fail',
    proof: (evidence) =>
      when(of(evidence, METRICS.databaseFailures) > 0, `${of(evidence, METRICS.databaseFailures)} in the last 15 min`),
  },
  databaseSlow: {
    cause: 'the database answers searches, and slowly',
    proof: (evidence) =>
      when(
        of(evidence, METRICS.answersFromDatabase) > 0 && of(evidence, meanOf(METRICS.searchTime)) > 50,
        `${of(evidence, METRICS.answersFromDatabase)} searches of the last 15 min, ` +
          `${of(evidence, meanOf(METRICS.searchTime)).toFixed(0)} ms on average`,
      ),
  },
  pinned: {
    cause: 'an older catalogue is pinned',
    next: 'npm run ops -- catalogue show',
    risk: `${NONE}; catalogue unpin when the table is right again`,
    proof: ({ catalogue }) => (catalogue?.pinned === undefined ? undefined : `pinned to ${catalogue.pinned}`),
  },
  clockWrong: {
    cause: 'a function’s clock is not that of the warm-up',
    next: 'npm run ops -- catalogue show',
    proof: (evidence) => {
      const age = Math.round(of(evidence, METRICS.indexAge) / 60);
      const confirmed = of(evidence, METRICS.warmUpSucceeded) > SEVERAL && of(evidence, METRICS.warmUpFailed) === 0;
      return when(age > 20 && confirmed, `by it the catalogue is ${age} min old, and warm-ups confirm it each minute`);
    },
  },
  apiUnreachable: {
    cause: 'nobody reaches the API',
    next: 'npm run ops -- logs heartbeat',
    proof: (evidence) =>
      when(
        of(evidence, 'Invocations of heartbeat') > 0 && of(evidence, METRICS.heartbeatAnswered) === 0,
        `${of(evidence, 'Invocations of heartbeat')} heartbeats of the last 15 min, none answered`,
      ),
  },
  apiRefuses: {
    cause: 'the gateway refuses requests (403, 429)',
    next: 'npm run ops -- logs heartbeat',
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
    // What people say of their cars explains no other alarm.
    proof: ({ causes, recent }) => {
      const score = recent[meanOf(METRICS.satisfactionScore)] ?? 5;
      return when(causes.includes('peopleUnhappy') && score < 4.5, `they give ${score.toFixed(1)} of 5 on average`);
    },
  },
};
