import { statSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { FUNCTIONS, WATCHERS, type FunctionName, type WatcherName } from '../../../lambda/contract/functions';

export const PROJECT_ROOT = path.resolve(__dirname, '../../..');
/** The file in a function's package; the handler is `index.handler`. */
export const BUNDLE_FILE = 'index.mjs';

/**
 * Bundles a function into a folder: what is deployed, what `npm start` runs and what the tests load. ES modules, because
 * Lambda awaits their top level during init; what is CommonJS inside needs `require`.
 * @returns the bundle's size, bytes.
 */
export function bundleFunction(name: FunctionName | WatcherName, folder: string): number {
  return bundleModule({ ...FUNCTIONS, ...WATCHERS }[name].entry, folder).size;
}

export interface Bundle {
  /** Bytes. */
  size: number;
  /** Bytes of the bundle by what they come from: a package's name, or `this project`. */
  contents: Record<string, number>;
}

/** As {@link bundleFunction}, of any module that exports `handler`. @param entry from the project's root */
export function bundleModule(entry: string, folder: string): Bundle {
  const outfile = path.join(folder, BUNDLE_FILE);
  const { metafile } = buildSync({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    metafile: true,
    minify: true,
    // Names stay readable in errors and in the log.
    keepNames: true,
    platform: 'node',
    format: 'esm',
    // Lambda runs Node 24; the local run may have 20.
    target: 'node20',
    banner: {
      js: "import { createRequire as carfinCreateRequire } from 'node:module'; const require = carfinCreateRequire(import.meta.url);",
    },
    // Lambda's runtime brings the SDK; pg asks for its native twin and does without.
    external: ['@aws-sdk/*', 'pg-native'],
    logLevel: 'warning',
  });
  const contents: Record<string, number> = {};
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const source = packageOf(file) ?? 'this project';
      contents[source] = (contents[source] ?? 0) + bytesInOutput;
    }
  }
  return { size: statSync(outfile).size, contents };
}

/** @returns the innermost package that a file belongs to. */
function packageOf(file: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
}
