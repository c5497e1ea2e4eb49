import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { diffTemplate, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { parse } from 'yaml';
import { STAGES } from '../../lib/stages/stages';
import {
  compactTemplate,
  expandedTemplate,
  neutralInput,
  type CompactTemplate,
} from '../../lib/tools/changes/compact-template';
import { snapshotText } from '../../lib/tools/changes/snapshot-text';
import { applied, differences, type Differences } from '../../lib/tools/changes/stage-differences';
import { synthesise } from './templates';

const SNAPSHOT_FILE = path.join(__dirname, '__snapshots__', 'snapshots.test.ts.snap');
/** Stands whole in the snapshot; the other stages by what differs from it. */
const BASE = 'prod';
const STACKS = ['cache', 'service'] as const;
type StackName = (typeof STACKS)[number];

/** What was committed, read before a run with -u writes it anew. */
const committed: Readonly<Record<string, string>> = committedTexts();

function committedTexts(): Record<string, string> {
  const exports: Record<string, string> = {};
  // A snapshot file is a script that fills `exports`.
  if (existsSync(SNAPSHOT_FILE)) runInNewContext(readFileSync(SNAPSHOT_FILE, 'utf8'), { exports });
  return exports;
}

const titleOf = (stage: string, stack: StackName) => `the ${stack} stack of ${stage}`;

function committedTemplate(stage: string, stack: StackName): CompactTemplate | undefined {
  const quoted = committed[`${titleOf(stage, stack)} 1`];
  if (quoted === undefined) return undefined;
  const text = quoted.trim().slice(1, -1);
  const value = parse(text) as unknown;
  if (stage === BASE) return value as CompactTemplate;
  const base = committedTemplate(BASE, stack);
  return base === undefined ? undefined : applied(base, value as Differences);
}

function templateOf(stage: string, stack: StackName): CompactTemplate {
  const input = STAGES[stage];
  if (input === undefined) throw new Error(`There is no stage ${stage}`);
  const synthesised = synthesise('stage', neutralInput(input));
  return compactTemplate(synthesised[stack], synthesised.settings);
}

/** What a deploy would do, one line for each resource. */
function summary(before: CompactTemplate, after: CompactTemplate): string[] {
  const lines: string[] = [];
  diffTemplate(expandedTemplate(before), expandedTemplate(after)).resources.forEachDifference((id, change) => {
    const replaced = [ResourceImpact.WILL_REPLACE, ResourceImpact.MAY_REPLACE].includes(change.changeImpact);
    const what = change.isAddition ? 'added' : change.isRemoval ? 'removed' : replaced ? 'REPLACED' : 'changed';
    const properties = Object.keys({ ...change.propertyUpdates, ...change.otherChanges }).join(', ');
    const type = change.newResourceType ?? change.oldResourceType ?? '';
    lines.push(`  ${what.padEnd(8)} ${type} ${id}${properties === '' ? '' : ` (${properties})`}`);
  });
  return lines.sort();
}

const CASES = Object.keys(STAGES).flatMap((stage) =>
  STACKS.map((stack) => [titleOf(stage, stack), stage, stack] as const),
);

test.each(CASES)('%s', (title, stage, stack) => {
  const template = templateOf(stage, stack);
  const before = committedTemplate(stage, stack);
  const changes = before === undefined ? [] : summary(before, template);
  if (changes.length > 0) {
    process.stderr.write(`\n${title}: a deploy would change\n${changes.join('\n')}\n`);
    process.stderr.write('If that is meant: npm run test:snapshots -- -u\n\n');
  }
  const shown = stage === BASE ? template : differences(templateOf(BASE, stack), template);
  expect(snapshotText(shown)).toMatchSnapshot();
});

test.each(STACKS)('the snapshot of the %s stack of dev says all of it', (stack) => {
  const [base, dev] = [templateOf(BASE, stack), templateOf('dev', stack)];
  const written = parse(snapshotText(differences(base, dev))) as Differences;
  expect(applied(parse(snapshotText(base)) as CompactTemplate, written)).toEqual(dev);
  expect(Object.keys(written.changed).length).toBeGreaterThan(0);
});

const type = 'AWS::ElastiCache::ReplicationGroup';
const group = (properties: object) => ({ [type]: { Group: { ...properties } } });

test('a changed template is summarised by what happens to its resources', () => {
  expect(summary(group({ Port: 6379 }), group({ Port: 6380 }))).toEqual([`  REPLACED ${type} Group (Port)`]);
  expect(summary(group({ CacheNodeType: 'a' }), group({ CacheNodeType: 'b' }))).toEqual([
    `  changed  ${type} Group (CacheNodeType)`,
  ]);
  expect(summary({}, group({}))).toEqual([`  added    ${type} Group`]);
  expect(summary(group({}), {})).toEqual([`  removed  ${type} Group`]);
});

test('what a replaced resource takes with it is told too', () => {
  const withSubnets = (CacheSubnetGroupName: string) => ({
    'AWS::ElastiCache::SubnetGroup': { Subnets: { CacheSubnetGroupName } },
    ...group({ CacheSubnetGroupName: '<Subnets>' }),
  });
  expect(summary(withSubnets('before'), withSubnets('after'))).toEqual([
    `  REPLACED ${type} Group (CacheSubnetGroupName)`,
    '  REPLACED AWS::ElastiCache::SubnetGroup Subnets (CacheSubnetGroupName)',
  ]);
});
