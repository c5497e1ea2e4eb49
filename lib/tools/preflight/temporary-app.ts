import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, type AppProps } from 'aws-cdk-lib';

/** Gives an app whose templates are only read, and removes what was synthesised: CDK's own temporary folder would stay. */
export function withTemporaryApp<T>(props: AppProps, work: (app: App) => T): T {
  const outdir = mkdtempSync(path.join(tmpdir(), 'carfin-app-'));
  try {
    return work(new App({ ...props, outdir }));
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
