import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { fullDiff, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { STAGES } from '../../lib/stages/stages';
import { normalised, synthesise } from './templates';

const SNAPSHOT_FILE = path.join(__dirname, '__snapshots__', 'snapshots.test.ts.snap');

/** Compares with the committed template; a difference is told as what a deploy would add, change, replace or remove. */
function expectCommitted(template: unknown): void {
  const text = JSON.stringify(template, null, 1);
  const { currentTestName = '' } = expect.getState();
  const committed = committedTemplate(`${currentTestName} 1`);
  if (committed !== undefined && JSON.stringify(committed, null, 1) !== text) {
    process.stderr.write(`\n${currentTestName}: a deploy would change\n${summary(committed, template).join('\n')}\n`);
    process.stderr.write('If that is meant: npm run test:snapshots -- -u\n\n');
  }
  expect(text).toMatchSnapshot();
}

function committedTemplate(name: string): unknown {
  if (!existsSync(SNAPSHOT_FILE)) return undefined;
  const exports: Record<string, string> = {};
  // A snapshot file is a script that fills `exports`.
  runInNewContext(readFileSync(SNAPSHOT_FILE, 'utf8'), { exports });
  const text = exports[name]?.trim().slice(1, -1);
  return text === undefined ? undefined : JSON.parse(text);
}

function summary(before: unknown, after: unknown): string[] {
  const lines: string[] = [];
  fullDiff(before as Record<string, unknown>, after as Record<string, unknown>).resources.forEachDifference(
    (id, change) => {
      const replaced = [ResourceImpact.WILL_REPLACE, ResourceImpact.MAY_REPLACE].includes(change.changeImpact);
      const what = change.isAddition ? 'added' : change.isRemoval ? 'removed' : replaced ? 'REPLACED' : 'changed';
      const properties = Object.keys(change.propertyUpdates).join(', ');
      lines.push(
        `  ${what.padEnd(8)} ${change.newResourceType ?? change.oldResourceType ?? ''} ${id}${properties === '' ? '' : ` (${properties})`}`,
      );
    },
  );
  return lines.sort();
}

describe.each(Object.entries(STAGES))('stage %s', (name, input) => {
  const stage = synthesise(name, input);

  test('cache stack', () => {
    expectCommitted(normalised(stage.cache));
  });

  test('service stack', () => {
    expectCommitted(normalised(stage.service));
  });
});

test('a changed template is summarised by what happens to its resources', () => {
  const type = 'AWS::ElastiCache::ReplicationGroup';
  const group = (properties: object) => ({ Resources: { Group: { Type: type, Properties: properties } } });
  expect(summary(group({ Port: 6379 }), group({ Port: 6380 }))).toEqual([`  REPLACED ${type} Group (Port)`]);
  expect(summary(group({ CacheNodeType: 'a' }), group({ CacheNodeType: 'b' }))).toEqual([
    `  changed  ${type} Group (CacheNodeType)`,
  ]);
  expect(summary({ Resources: {} }, group({}))).toEqual([`  added    ${type} Group`]);
});
