import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AssetHashType, FileSystem } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { definitionOf, FUNCTION_NAMES, type FunctionName, type WatcherName } from '../../../lambda/contract/functions';
import { ALARM_CAUSES } from '../observability/alarm-table/alarm-causes';
import { bundleFunction } from './bundle';
import { writeRdsCertificates } from './rds-certificates';

/** Where a function's code comes from; tests of templates need no bundle. */
export type CodeSource = (name: FunctionName | WatcherName, region: string) => Code;

/** What explains each kind of alarm, beside the bundle: it is more than variables may hold (4 KB). */
export const ALARM_CAUSES_FILE = 'alarm-causes.json';

/** Made at synth by esbuild itself: no Docker, and the very files that the tests load. */
export const bundledCode: CodeSource = (name, region) => {
  const folder = bundled(name, region);
  return Code.fromAsset(folder, { assetHash: FileSystem.fingerprint(folder), assetHashType: AssetHashType.CUSTOM });
};

/** Folders by function and Region: stages have the same code. */
const folders = new Map<string, string>();

function bundled(name: FunctionName | WatcherName, region: string): string {
  const known = folders.get(`${name} ${region}`);
  if (known !== undefined) return known;
  if (folders.size === 0) process.once('exit', removeBundles);
  const folder = mkdtempSync(path.join(tmpdir(), `carfin-${name}-`));
  folders.set(`${name} ${region}`, folder);
  bundleFunction(name, folder);
  if (FUNCTION_NAMES.some((each) => each === name && definitionOf(each).database)) writeRdsCertificates(folder, region);
  if (name === 'first-message') writeFileSync(path.join(folder, ALARM_CAUSES_FILE), JSON.stringify(ALARM_CAUSES));
  return folder;
}

/** Removes what was bundled, at the process's end; a test, whose process goes on, does it itself. */
export function removeBundles(): void {
  for (const folder of folders.values()) rmSync(folder, { recursive: true, force: true });
  folders.clear();
}
