import { ago } from '../../text/ago';
import { ofNode } from '../../../../lambda/contract/metric-term';
import { answerOf } from '../../../../lambda/diagnosis/answer';
import type { WayBack } from '../../../../lambda/diagnosis/evidence';
import { figure, report, table, wayBackLines, type Report } from '../report/output';
import { people, type AlarmState, type ClusterState, type Recipient, type Target } from '../stage/target';
import { total, type Window } from '../stage/series';

/** The cluster, its nodes, the alarms by state, and who would be paged. */
export async function status(target: Target, now = Date.now()): Promise<Report> {
  const [load, cluster, alarms, pages, notices] = await Promise.all([
    answerOf('the metrics of the nodes', () => loadOf(target)),
    target.cluster(),
    target.alarms(),
    target.recipients('pages').then(people),
    target.recipients('notices').then(people),
  ]);
  const troubles = [
    ...clusterTroubles(cluster, target.wayBack),
    ...alarmTroubles(alarms),
    ...recipientTroubles('paged', pages),
    ...recipientTroubles('told', notices),
  ];
  const data = {
    target: target.name,
    cluster,
    load: load.known ? load.value : {},
    alarms: countByState(alarms),
    recipients: { pages, notices },
    troubles,
  };
  const text = [
    `${target.name}: ${cluster.id}, ${cluster.status}, ${cluster.engine}, ${cluster.nodeType}`,
    `endpoint ${cluster.endpoint}, ${cluster.multiAz ? 'several zones' : 'one zone'}`,
    table(
      ['node', 'shard', 'role', 'zone', 'status', 'version', ...Object.keys(LOAD)],
      cluster.nodes.map(({ id, shard, role, zone, status: state, version }) => [
        ...[id, shard, role, zone, state, version],
        ...Object.keys(LOAD).map((column) => figure(load.known ? load.value[id]?.[column] : undefined)),
      ]),
    ),
    ...(load.known ? [] : [`Could not be asked: ${load.why}`]),
    `pending: ${cluster.pending.join('; ') || 'nothing'}`,
    `alarms: ${Object.entries(countByState(alarms))
      .map(([state, count]) => `${count} ${state}`)
      .join(', ')}`,
    ...alarms.filter(({ state }) => state === 'ALARM').map(({ name, since }) => `  ${name}, for ${ago(since, now)}`),
    `paged: ${namesOf(pages)}`,
    `told: ${namesOf(notices)}`,
    `events of ElastiCache: topic ${cluster.eventTopic ?? 'missing'}`,
    ...(troubles.length === 0
      ? ['Nothing of cluster and alarms needs attention. Whether the database answers: npm run ops -- doctor']
      : ['', 'Needs attention:', ...troubles.map((each) => `  ${each}`)]),
  ].join('\n');
  return report(data, text, troubles.length > 0);
}

/** What a node does, by the heading under which it stands: the highest of the last five minutes. */
const LOAD: Readonly<Record<string, string>> = {
  'memory %': 'DatabaseMemoryUsagePercentage',
  'CPU %': 'CPUUtilization',
  connections: 'CurrConnections',
  'lag s': 'ReplicationLag',
};
const RECENTLY: Window = { name: 'load', seconds: 300, period: 60 };

/** @returns by node and heading; what a node has no data of is left out. */
async function loadOf(target: Target): Promise<Record<string, Record<string, number>>> {
  const terms = target.nodeIds.flatMap((node) =>
    Object.entries(LOAD).map(([column, metric]) => ({ node, column, term: ofNode(node, metric, 'Maximum') })),
  );
  const series = await target.series(
    terms.map(({ term }) => term),
    RECENTLY,
  );
  const found: Record<string, Record<string, number>> = {};
  terms.forEach(({ node, column, term }, i) => {
    const value = total(term, series[i] ?? []);
    if (value !== undefined) (found[node] ??= {})[column] = value;
  });
  return found;
}

function countByState(alarms: readonly AlarmState[]): Record<AlarmState['state'], number> {
  const counts = { ALARM: 0, OK: 0, INSUFFICIENT_DATA: 0 };
  for (const { state } of alarms) counts[state]++;
  return counts;
}

const namesOf = (recipients: readonly Recipient[]) =>
  recipients.map(({ endpoint, confirmed }) => `${endpoint}${confirmed ? '' : ' (NOT CONFIRMED)'}`).join(', ') ||
  'nobody';

function clusterTroubles({ id, status: state, nodes, eventTopic }: ClusterState, wayBack?: WayBack): string[] {
  const away = nodes.filter((node) => node.status !== 'available').map((node) => `node ${node.id} is ${node.status}`);
  return [
    ...(eventTopic === 'active'
      ? []
      : [
          `ElastiCache's event topic is ${eventTopic ?? 'missing'}: failovers are told to nobody and start no ` +
            'warm-up. ' +
            'Deploy the cache stack again, then: aws elasticache modify-replication-group ' +
            `--replication-group-id ${id} --notification-topic-status active --apply-immediately`,
        ]),
    ...(state === 'available' ? [] : [`the cluster is ${state}`]),
    ...away,
    ...(away.length > 0 ? wayBackLines(wayBack) : []),
  ];
}

function alarmTroubles(alarms: readonly AlarmState[]): string[] {
  if (alarms.length === 0) return ['there is no alarm at all: is the service stack deployed?'];
  const firing = alarms.filter(({ state }) => state === 'ALARM').map(({ name }) => name);
  return firing.map((name) => `alarm ${name}: npm run ops -- diagnose ${name}`);
}

function recipientTroubles(would: 'paged' | 'told', recipients: readonly Recipient[]): string[] {
  const unconfirmed = recipients.filter(({ confirmed }) => !confirmed).map(({ endpoint }) => endpoint);
  return [
    ...(recipients.some(({ confirmed }) => confirmed) ? [] : [`nobody would be ${would}`]),
    ...unconfirmed.map((endpoint) => `${endpoint} has not confirmed the mail of SNS and would not be ${would}`),
  ];
}
