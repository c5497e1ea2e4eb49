import { isDeepStrictEqual } from 'node:util';
import type { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { CarFinStage } from '../../carfin-stage';
import { PROJECT_ROOT } from '../../constructs/functions/bundle';
import { InvalidSettingsError } from '../../stages/parse-settings';
import type { StageInput } from '../../stages/settings';
import { withTemporaryApp } from '../preflight/temporary-app';
import { changesBetween, type Change } from './changes';
import { baseOf, Committed, STACKS, type StackName } from './committed';
import { compactTemplate, neutralInput, type CompactTemplate } from './compact-template';
import { summaryLines } from './summary';

/** What a deploy would do to a stage. */
export interface StageChanges {
  stage: string;
  /** Undefined for a stage that has no snapshot: all of it would be created. */
  changes: Change[] | undefined;
}

/** @returns one section for each stage, the cluster's line first; a stage that changes as another does says so. */
export function changesText(stages: readonly StageChanges[]): string {
  return stages
    .map(({ stage, changes }, i) => {
      if (changes === undefined) return `${stage}\n  a new stage: no snapshot of it is committed`;
      const same = stages.slice(0, i).find((each) => isDeepStrictEqual(each.changes, changes));
      if (same !== undefined && changes.length > 0) return `${stage}\n  the same as ${same.stage}`;
      return [stage, ...summaryLines(changes)].join('\n');
    })
    .join('\n');
}

/** Else who renames the cluster would be told that nothing happens. */
const LEFT_OUT =
  'Not seen: code, texts, tags, and ids, names and addresses, cache.replicationGroupId among them: no snapshot holds ' +
  'these. What another value of such a setting does: docs/settings.md, column "a change".';

/** @returns what `npm run diff` prints. */
export function diffText(inputs: Readonly<Record<string, StageInput>>): string {
  const committed = new Committed(baseOf(Object.keys(inputs)));
  const found = Object.entries(inputs).map(([stage, input]) => {
    const now = templatesOf(stage, input);
    const before = STACKS.map((stack) => committed.template(stage, stack));
    const known = before.some((each) => each !== undefined);
    const changes = STACKS.flatMap((stack, i) => changesBetween(before[i] ?? {}, now[stack]));
    return { stage, changes: known ? changes : undefined };
  });
  return `What a deploy would do, since the snapshots were committed:\n${changesText(found)}\n${LEFT_OUT}`;
}

/** @throws InvalidSettingsError */
function templatesOf(name: string, input: StageInput): Record<StackName, CompactTemplate> {
  return withTemporaryApp((app) => {
    const stage = neutralStage(app, name, input);
    const compact = (stack: StackName) => compactTemplate(Template.fromStack(stage[stack]), stage.settings);
    return { cache: compact('cache'), service: compact('service') };
  });
}

function neutralStage(app: App, name: string, input: StageInput): CarFinStage {
  const neutral = neutralInput(name, input);
  try {
    return new CarFinStage(app, 'stage', neutral, () => Code.fromAsset(`${PROJECT_ROOT}/lambda/contract`));
  } catch (error) {
    // What only its stacks show, such as too many resources: it is this stage's, whatever it is called here.
    throw error instanceof InvalidSettingsError ? new InvalidSettingsError(name, input, error.violations) : error;
  }
}
