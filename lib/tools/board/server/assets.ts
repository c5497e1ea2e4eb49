import { readFileSync } from 'node:fs';
import path from 'node:path';
import { buildSync } from 'esbuild';

interface Asset {
  type: string;
  bytes: Buffer;
}

const PAGE = path.join(__dirname, '../page');

/**
 * @returns the page with all that it needs, by its path: bundled when it is first wanted, without a line from
 * elsewhere.
 */
export function boardAssets(): ReadonlyMap<string, Asset> {
  return (made ??= makeAssets());
}

let made: ReadonlyMap<string, Asset> | undefined;

function makeAssets(): ReadonlyMap<string, Asset> {
  const { outputFiles } = buildSync({
    entryPoints: { board: path.join(PAGE, 'main.ts'), style: path.join(PAGE, 'board.css') },
    tsconfig: path.join(PAGE, 'tsconfig.json'),
    outdir: PAGE,
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
  });
  const bundled = (suffix: string) =>
    Buffer.from(outputFiles.find((file) => file.path.endsWith(suffix))?.contents ?? []);
  const file = (name: string) => readFileSync(path.join(PAGE, name));
  return new Map<string, Asset>([
    ['/', { type: 'text/html; charset=utf-8', bytes: file('index.html') }],
    ['/board/board.js', { type: 'text/javascript; charset=utf-8', bytes: bundled('board.js') }],
    ['/board/style.css', { type: 'text/css; charset=utf-8', bytes: bundled('style.css') }],
    ['/board/icon.svg', { type: 'image/svg+xml', bytes: file('icon.svg') }],
  ]);
}
