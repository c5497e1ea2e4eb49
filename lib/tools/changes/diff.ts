import { isDeepStrictEqual } from 'node:util';
import { Template } from 'aws-cdk-lib/assertions';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { CarFinStage } from '../../carfin-stage';
import { PROJECT_ROOT } from '../../constructs/functions/bundle';
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

/** @returns what `npm run diff` prints. */
export function diffText(inputs: Readonly<Record<string, StageInput>>): string {
  const committed = new Committed(baseOf(Object.keys(inputs)));
  const found = Object.entries(inputs).map(([stage, input]) => {
    const now = templatesOf(input);
    const before = STACKS.map((stack) => committed.template(stage, stack));
    const known = before.some((each) => each !== undefined);
    const changes = STACKS.flatMap((stack, i) => changesBetween(before[i] ?? {}, now[stack]));
    return { stage, changes: known ? changes : undefined };
  });
  return `What a deploy would do, since the snapshots were committed:\n${changesText(found)}`;
}

function templatesOf(input: StageInput): Record<StackName, CompactTemplate> {
  return withTemporaryApp((app) => {
    const stage = new CarFinStage(app, 'stage', neutralInput(input), () =>
      Code.fromAsset(`${PROJECT_ROOT}/lambda/contract`),
    );
    const compact = (stack: StackName) => compactTemplate(Template.fromStack(stage[stack]), stage.settings);
    return { cache: compact('cache'), service: compact('service') };
  });
}
