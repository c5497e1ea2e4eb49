import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { CarFinStage } from '../../lib/carfin-stage';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';
import type { StageInput } from '../../lib/stages/settings';
import cdkJson from '../../cdk.json';

const folder = mkdtempSync(path.join(tmpdir(), 'carfin-templates-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let apps = 0;

/** A stage without bundles, with the same feature flags as a deploy. */
export function synthesise(name: string, input: StageInput): CarFinStage {
  const outdir = path.join(folder, String(apps++));
  const app = new App({ outdir, context: { ...cdkJson.context, 'aws:cdk:enable-path-metadata': false } });
  return new CarFinStage(app, name, input, () => Code.fromAsset(`${PROJECT_ROOT}/lambda/contract`));
}

export const stacksOf = (stage: CarFinStage): Stack[] => [stage.cache, stage.service, ...stage.secondaries];
