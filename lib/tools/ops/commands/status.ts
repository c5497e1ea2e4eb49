import { ago, report, table, type Report } from '../report/output';
import type { AlarmState, ClusterState, Recipient, Target } from '../stage/target';

/** The cluster, its nodes, the alarms by state, and who would be paged. */
export async function status(target: Target, now = Date.now()): Promise<Report> {
  const [cluster, alarms, recipients] = await Promise.all([target.cluster(), target.alarms(), target.recipients()]);
  const troubles = [...clusterTroubles(cluster), ...alarmTroubles(alarms), ...recipientTroubles(recipients)];
  const data = { target: target.name, cluster, alarms: countByState(alarms), recipients, troubles };
  const text = [
    `${target.name}: ${cluster.id}, ${cluster.status}, ${cluster.engine}, ${cluster.nodeType}`,
    `endpoint ${cluster.endpoint}, ${cluster.multiAz ? 'several zones' : 'one zone'}`,
    table(
      ['node', 'shard', 'role', 'zone', 'status', 'version'],
      cluster.nodes.map(({ id, shard, role, zone, status: state, version }) => [id, shard, role, zone, state, version]),
    ),
    `pending: ${cluster.pending.join('; ') || 'nothing'}`,
    `alarms: ${Object.entries(countByState(alarms))
      .map(([state, count]) => `${count} ${state}`)
      .join(', ')}`,
    ...alarms.filter(({ state }) => state === 'ALARM').map(({ name, since }) => `  ${name}, for ${ago(since, now)}`),
    `paged: ${recipients.map(({ endpoint, confirmed }) => `${endpoint}${confirmed ? '' : ' (NOT CONFIRMED)'}`).join(', ') || 'nobody'}`,
    ...(troubles.length === 0
      ? ['Nothing needs attention.']
      : ['', 'Needs attention:', ...troubles.map((each) => `  ${each}`)]),
  ].join('\n');
  return report(data, text, troubles.length > 0);
}

function countByState(alarms: readonly AlarmState[]): Record<AlarmState['state'], number> {
  const counts = { ALARM: 0, OK: 0, INSUFFICIENT_DATA: 0 };
  for (const { state } of alarms) counts[state]++;
  return counts;
}

function clusterTroubles({ status: state, nodes }: ClusterState): string[] {
  return [
    ...(state === 'available' ? [] : [`the cluster is ${state}`]),
    ...nodes.filter((node) => node.status !== 'available').map((node) => `node ${node.id} is ${node.status}`),
  ];
}

function alarmTroubles(alarms: readonly AlarmState[]): string[] {
  if (alarms.length === 0) return ['there is no alarm at all: is the service stack deployed?'];
  const firing = alarms.filter(({ state }) => state === 'ALARM').map(({ name }) => name);
  return firing.map((name) => `alarm ${name}: npm run ops -- diagnose ${name}`);
}

function recipientTroubles(recipients: readonly Recipient[]): string[] {
  const unconfirmed = recipients.filter(({ confirmed }) => !confirmed).map(({ endpoint }) => endpoint);
  return [
    ...(recipients.some(({ confirmed }) => confirmed) ? [] : ['nobody would be paged']),
    ...unconfirmed.map((endpoint) => `${endpoint} has not confirmed the mail of SNS and gets no page`),
  ];
}
