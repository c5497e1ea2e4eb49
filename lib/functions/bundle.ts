import { statSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { FUNCTIONS, type FunctionName } from '../../lambda/contract/functions';

export const PROJECT_ROOT = path.resolve(__dirname, '../..');
/** The file in a function's package; the handler is `index.handler`. */
export const BUNDLE_FILE = 'index.mjs';

/**
 * Bundles a function into a folder: what is deployed, what `npm start` runs and what the tests load. ES modules, because
 * Lambda awaits their top level during init; what is CommonJS inside needs `require`.
 * @returns the bundle's size, bytes.
 */
export function bundleFunction(name: FunctionName, folder: string): number {
  const outfile = path.join(folder, BUNDLE_FILE);
  buildSync({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: [FUNCTIONS[name].entry],
    outfile,
    bundle: true,
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
  return statSync(outfile).size;
}
