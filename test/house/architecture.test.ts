import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../lib/constructs/functions/bundle';

const [, tree = ''] =
  /^## The house$[^]*?^```$([^]*?)^```$/m.exec(readFileSync(path.join(PROJECT_ROOT, 'ARCHITECTURE.md'), 'utf8')) ?? [];

const foldersIn = (folder: string) =>
  readdirSync(path.join(PROJECT_ROOT, folder), { withFileTypes: true })
    .filter((each) => each.isDirectory())
    .map(({ name }) => name)
    .sort();

/** @returns the folders that the tree names below one, where they are indented so far. */
function named(below: string, indent: number): string[] {
  const [, part = ''] = new RegExp(`^ *${below}/ .*\n((?: {${indent}}.*\n)*)`, 'm').exec(tree) ?? [];
  const lines = part.split('\n').filter((line) => line.startsWith(' '.repeat(indent)) && line.charAt(indent) !== ' ');
  return lines
    .flatMap((line) => [...(/^ *((?:[a-z-]+\/ ?)+)/.exec(line)?.[1] ?? '').matchAll(/[a-z-]+/g)].flat())
    .sort();
}

test.each([
  ['lib/tools', 'tools', 4],
  ['lambda', 'lambda', 2],
])('the tree of ARCHITECTURE.md names every folder of %s', (folder, below, indent) => {
  expect(named(below, indent)).toEqual(foldersIn(folder));
});

/** By folder of lambda: the folders whose files its files import. */
const imports = new Map(
  foldersIn('lambda').map((folder) => {
    const root = path.join(PROJECT_ROOT, 'lambda');
    const files = (readdirSync(path.join(root, folder), { recursive: true }) as string[]).filter((each) =>
      each.endsWith('.ts'),
    );
    const found = files.flatMap((file) => {
      const at = path.join(root, folder, file);
      const lines = readFileSync(at, 'utf8').matchAll(/from '(\.[^']+)'/g);
      return [...lines].map(
        ([, to = '']) => path.relative(root, path.resolve(path.dirname(at), to)).split(path.sep)[0],
      );
    });
    return [folder, [...new Set(found)].filter((each) => each !== undefined && each !== folder && each !== '..')];
  }),
);

const floorOf = (folder: string | undefined): number =>
  1 + Math.max(0, ...(imports.get(folder ?? '') ?? []).map(floorOf));

test.each([...imports.keys()])('ARCHITECTURE.md has lambda/%s on its floor', (folder) => {
  const [, floor] = new RegExp(`^  (?:[a-z-]+/ )*${folder}/ (?:[a-z-]+/ )* *(\\d+)`, 'm').exec(tree) ?? [];
  expect(Number(floor)).toBe(floorOf(folder));
});
