import path from 'node:path';
import { buildSync, type BuildOptions, type Metafile } from 'esbuild';
import { FUNCTIONS, WATCHERS, type FunctionName, type WatcherName } from '../../../lambda/contract/functions';

export const PROJECT_ROOT = path.resolve(__dirname, '../../..');
/** The file in a function's package; the handler is `index.handler`. */
export const BUNDLE_FILE = 'index.mjs';

/**
 * Bundles a function into a folder: what is deployed, what `npm start` runs and what the tests load. ES modules,
 * because Lambda awaits their top level during init; what is CommonJS inside needs `require`.
 * @returns the bundle's size, bytes.
 */
export function bundleFunction(name: FunctionName | WatcherName, folder: string): number {
  return bundleModule({ ...FUNCTIONS, ...WATCHERS }[name].entry, folder).size;
}

export interface Bundle {
  /** Bytes of all its files. */
  size: number;
  /** Bytes of the file that a cold start parses. */
  atStart: number;
  /** Bytes of the bundle by what they come from: a package's name, or `this project`. */
  contents: Record<string, number>;
}

/** As {@link bundleFunction}, of any module that exports `handler`. @param entry from the project's root */
export function bundleModule(entry: string, folder: string): Bundle {
  const { outputs } = build(entry, {
    entryNames: path.parse(BUNDLE_FILE).name,
    outdir: folder,
    outExtension: { '.js': path.extname(BUNDLE_FILE) },
    // What is imported while it runs becomes a file of its own: a cold start does not even parse it.
    splitting: true,
    format: 'esm',
    banner: {
      js:
        "import { createRequire as carfinCreateRequire } from 'node:module'; const require = " +
        'carfinCreateRequire(import.meta.url);',
    },
    // Lambda's runtime brings the SDK.
    external: ['@aws-sdk/*', LATE],
  });
  const imported = Object.values(outputs).flatMap(({ imports }) => imports);
  const late = imported.some((each) => each.external === true && each.path === LATE)
    ? build(LATE, {
        outfile: path.join(folder, 'node_modules', LATE, 'index.js'),
        format: 'cjs',
        // It asks for its native twin and does without.
        external: ['pg-native'],
      })
    : { outputs: {} };
  const all = { ...outputs, ...late.outputs };
  const contents: Record<string, number> = {};
  for (const { inputs } of Object.values(all)) {
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const source = packageOf(file) ?? 'this project';
      contents[source] = (contents[source] ?? 0) + bytesInOutput;
    }
  }
  const size = Object.values(all).reduce((sum, { bytes }) => sum + bytes, 0);
  const atStart = Object.values(outputs).find(({ entryPoint }) => entryPoint === entry)?.bytes ?? NaN;
  return { size, atStart, contents };
}

/**
 * The driver of PostgreSQL is required with the first query: an environment that answers from the cache never parses
 * it.
 */
const LATE = 'pg';

function build(entry: string, options: BuildOptions): Metafile {
  return buildSync({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: [entry],
    bundle: true,
    metafile: true,
    minifyWhitespace: true,
    minifySyntax: true,
    // Names stay, so that errors and the log can be read: to restore shortened ones (keepNames) takes a call for each
    // function that is made, at the start and in each request.
    minifyIdentifiers: false,
    platform: 'node',
    // Lambda runs Node 24; the local run may have 20.
    target: 'node20',
    logLevel: 'warning',
    ...options,
  }).metafile as Metafile;
}

/** @returns the innermost package that a file belongs to. */
function packageOf(file: string): string | undefined {
  return /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
}
