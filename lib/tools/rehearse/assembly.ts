import { rmSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { context } from '../../../cdk.json';
import { CarFinStage } from '../../carfin-stage';
import type { StageInput } from '../../stages/settings';

interface SynthesisOptions {
  /** More of it, as `cdk --context` gives it. */
  context?: Record<string, string>;
  /** What somebody has changed in the code since. */
  change?: (stage: CarFinStage) => void;
}

/** Synthesises stages as bin/app.ts does; their rule packs are a step of their own. @param outdir is made anew */
export function synthesise(
  outdir: string,
  stages: Readonly<Record<string, StageInput>>,
  { context: more = {}, change = () => undefined }: SynthesisOptions = {},
): void {
  rmSync(outdir, { recursive: true, force: true });
  const app = new App({
    outdir,
    context: { ...context, ...more },
    stackTraces: false,
    treeMetadata: false,
    analyticsReporting: false,
  });
  for (const [name, input] of Object.entries(stages)) change(new CarFinStage(app, name, input));
  app.synth();
}
