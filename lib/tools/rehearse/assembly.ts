import { rmSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { context } from '../../../cdk.json';
import { CarFinStage } from '../../carfin-stage';
import type { StageInput } from '../../stages/settings';

/**
 * Synthesises one stage as bin/app.ts does; its rule packs are a step of their own.
 * @param outdir is made anew @param more context, as `cdk --context` gives it
 */
export function synthesise(outdir: string, stage: string, input: StageInput, more: Record<string, string> = {}): void {
  rmSync(outdir, { recursive: true, force: true });
  const app = new App({
    outdir,
    context: { ...context, ...more },
    stackTraces: false,
    treeMetadata: false,
    analyticsReporting: false,
  });
  new CarFinStage(app, stage, input);
  app.synth();
}
