import { rmSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { makeTemporaryFolder } from '../engines/run-folder';
import { context } from '../../../cdk.json';

/**
 * Gives an app whose templates are only read, with the flags of cdk.json as in a deploy, and removes what was
 * synthesised: CDK's own temporary folder would stay.
 */
export function withTemporaryApp<T>(work: (app: App) => T): T {
  const flags = { ...context, 'aws:cdk:enable-path-metadata': false };
  const outdir = makeTemporaryFolder('app');
  try {
    return work(
      new App({ outdir, context: flags, stackTraces: false, treeMetadata: false, analyticsReporting: false }),
    );
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
