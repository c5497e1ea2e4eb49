import { CLUSTER, clusterLoss, type Change } from './changes';

/** Grouped wherever they only change: they follow from other changes, and their text is in the snapshot. */
const PERMISSIONS = [
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::Permission',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
];
/** From so many of one type on they stand on one line. */
const GROUPED_FROM = 4;
const ORDER: readonly Change['what'][] = ['REPLACED', 'removed', 'added', 'changed'];

/** @returns what a deploy would do to a stage, the cluster first; one line when nothing changes. */
export function summaryLines(changes: readonly Change[]): string[] {
  if (changes.length === 0) return ['  nothing that a snapshot holds would change'];
  const others = changes.filter(({ type }) => type !== CLUSTER);
  const permissions = others.filter(({ what, type }) => what === 'changed' && PERMISSIONS.includes(type));
  const rest = others.filter((change) => !permissions.includes(change));
  return [
    `  cluster   ${clusterLine(changes)}`,
    ...ORDER.flatMap((what) => linesOf(what, rest)),
    ...(permissions.length === 0 ? [] : [`  changed   permissions: ${permissions.map(({ id }) => id).join(', ')}`]),
  ];
}

function clusterLine(changes: readonly Change[]): string {
  const loss = clusterLoss(changes);
  if (loss === 'removed') return 'REMOVED: everything in it is lost';
  if (loss !== undefined) return `REPLACED, and everything in it is lost: ${loss}`;
  const cluster = changes.find(({ type }) => type === CLUSTER);
  if (cluster === undefined) return 'stays as it is';
  if (cluster.what === 'added') return 'created';
  return `changed in place: ${cluster.properties.map(propertyChange).join(', ')}`;
}

function propertyChange({ name, from, to }: Change['properties'][number]): string {
  const plain = (value: unknown) => ['string', 'number', 'boolean'].includes(typeof value);
  return plain(from) && plain(to) ? `${name} ${String(from)} -> ${String(to)}` : name;
}

function linesOf(what: Change['what'], changes: readonly Change[]): string[] {
  const byType = new Map<string, Change[]>();
  for (const change of changes.filter((each) => each.what === what))
    byType.set(change.type, [...(byType.get(change.type) ?? []), change]);
  return [...byType]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([type, each]) => {
      const word = what.padEnd(9);
      if (each.length >= GROUPED_FROM)
        return [`  ${word} ${each.length} ${type}: ${each.map(({ id }) => id).join(', ')}`];
      return each.map(({ id, properties }) => {
        const names = properties.map(({ name }) => name).join(', ');
        return `  ${word} ${type} ${id}${names === '' ? '' : ` (${names})`}`;
      });
    });
}
