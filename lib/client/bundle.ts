import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';
import ts from 'typescript';

/** What an application copies: the client with everything it needs, and its types. */
export const CLIENT_FILES = { code: 'carfin-client.cjs', types: 'carfin-client.d.cts' } as const;

/**
 * Writes the client as one file of code and one of types. CommonJS, because every Node.js loads it by `import` and by
 * `require`; nothing but Node.js 20.19 or newer is needed.
 */
export function bundleClient(folder: string): void {
  buildSync({
    entryPoints: [path.join(__dirname, 'index.ts')],
    outfile: path.join(folder, CLIENT_FILES.code),
    bundle: true,
    keepNames: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'warning',
  });
  writeFileSync(path.join(folder, CLIENT_FILES.types), declarations());
}

/**
 * The declarations of all files, one after another: they import from each other only. What types.ts declares is
 * exported, and of the rest what index.ts says.
 */
function declarations(): string {
  const parts = readdirSync(__dirname)
    .filter((file) => !['index.ts', 'bundle.ts'].includes(file))
    .map((file) => {
      const declared = declarationOf(file).replace(/^import [^;]*;\n/gm, '');
      return file === 'types.ts' ? declared : declared.replace(/^export (\{\};\n)?/gm, '');
    });
  const exported = declarationOf('index.ts')
    .replace(/^export type \*.*\n/gm, '')
    .replace(/ from '[^']*'/g, '');
  return [...parts, exported].join('\n');
}

/** @throws Error if a declaration can't be told from its file alone. */
function declarationOf(file: string): string {
  const { outputText, diagnostics = [] } = ts.transpileDeclaration(readFileSync(path.join(__dirname, file), 'utf8'), {
    fileName: file,
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2023 },
  });
  const [first] = diagnostics;
  if (first !== undefined) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(first.messageText, '\n')}`);
  return outputText;
}
