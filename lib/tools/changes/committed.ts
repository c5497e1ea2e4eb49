import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { parse } from 'yaml';
import { PROJECT_ROOT } from '../../constructs/functions/bundle';
import type { CompactTemplate } from './compact-template';
import { applied, type Differences } from './stage-differences';

export const STACKS = ['cache', 'service'] as const;
export type StackName = (typeof STACKS)[number];

/** The snapshots of npm run test:snapshots: what was deployed last, as far as the project knows. */
const FILE = path.join(PROJECT_ROOT, 'test/infra/__snapshots__/snapshots.test.ts.snap');

/** @returns the stage that stands whole in the snapshots; the others stand there by what differs from it. */
export const baseOf = (stages: readonly string[]): string | undefined => (stages.includes('prod') ? 'prod' : stages[0]);

export const titleOf = (stage: string, stack: StackName): string => `the ${stack} stack of ${stage}`;

/** The templates that the committed snapshots hold. */
export class Committed {
  private readonly texts: Record<string, string> = {};

  constructor(private readonly base: string | undefined) {
    // A snapshot file is a script that fills `exports`.
    if (existsSync(FILE)) runInNewContext(readFileSync(FILE, 'utf8'), { exports: this.texts });
  }

  /** @returns undefined for a stack that has no snapshot yet. */
  template(stage: string, stack: StackName): CompactTemplate | undefined {
    const quoted = this.texts[`${titleOf(stage, stack)} 1`];
    if (quoted === undefined) return undefined;
    const value = parse(quoted.trim().slice(1, -1)) as unknown;
    if (stage === this.base) return value as CompactTemplate;
    const base = this.base === undefined ? undefined : this.template(this.base, stack);
    return base === undefined ? undefined : applied(base, value as Differences);
  }
}
