import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { bundleClient } from '../../../lib/client/bundle';
import { CarFinClient } from '../../../lib/client/client';
import { PersonOperations } from '../../../lib/client/person';
import { PROJECT_ROOT } from '../../../lib/constructs/functions/bundle';
import { startGateway } from '../../../lib/tools/local-stage/gateway';

interface Snippet {
  document: string;
  code: string;
}

const documents = [
  ...readdirSync(PROJECT_ROOT).filter((file) => file.endsWith('.md')),
  ...(readdirSync(path.join(PROJECT_ROOT, 'docs'), { recursive: true }) as string[])
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join('docs', file)),
];

/** Every piece of TypeScript in the documents that imports something: what a reader copies. */
const snippets: Snippet[] = documents.flatMap((document) =>
  [...readFileSync(path.join(PROJECT_ROOT, document), 'utf8').matchAll(/^```ts\n([^]*?)^```/gm)]
    .map(([, code = '']) => ({ document, code }))
    .filter(({ code }) => code.includes('carfin-client')),
);

/** Beside the project's own packages, which an application has too. */
let folder: string;
beforeAll(() => {
  mkdirSync(path.join(PROJECT_ROOT, 'dist'), { recursive: true });
  folder = mkdtempSync(path.join(PROJECT_ROOT, 'dist/snippets-'));
  bundleClient(folder);
  snippets.forEach(({ code }, i) => writeFileSync(path.join(folder, `snippet${i}.mts`), code));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('docs/client.md has its five snippets', () => {
  expect(snippets.map(({ document }) => document)).toEqual(new Array(5).fill('docs/client.md'));
});

test('docs/client.md lists every method of the client', () => {
  const page = readFileSync(path.join(PROJECT_ROOT, 'docs/client.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `(\w+)\(/gm)].map(([, method]) => method);
  const methods = [CarFinClient, PersonOperations].flatMap((each) => Object.getOwnPropertyNames(each.prototype));
  const own = methods.filter((name) => !['constructor', 'write'].includes(name));
  expect(listed.sort()).toEqual(own.sort());
});

test('every snippet of every document compiles under strict', () => {
  const program = ts.createProgram(
    snippets.map((_, i) => path.join(folder, `snippet${i}.mts`)),
    {
      strict: true,
      noEmit: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      module: ts.ModuleKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      types: ['node'],
      typeRoots: [path.join(PROJECT_ROOT, 'node_modules/@types')],
      lib: ['lib.es2023.d.ts'],
    },
  );
  const told = ts
    .getPreEmitDiagnostics(program)
    .map(({ file, messageText }) => [file?.fileName, ts.flattenDiagnosticMessageText(messageText, '\n')]);
  expect(told).toStrictEqual([]);
});

test.each(snippets.map(({ document }, i) => [i, document] as const))('snippet %d of %s runs', async (i) => {
  const body = JSON.stringify({ total: 0, limit: 20, offset: 0, vehicles: [] });
  const gateway = await startGateway(0, () =>
    Promise.resolve({ statusCode: 200, headers: { 'content-type': 'application/json' }, body }),
  );
  try {
    const run = (env: NodeJS.ProcessEnv) =>
      spawn(process.execPath, ['--import', 'tsx', path.join(folder, `snippet${i}.mts`)], {
        cwd: PROJECT_ROOT,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'inherit', 'pipe'],
      });
    expect(await endOf(run({ CARFIN_API_URL: `http://127.0.0.1:${gateway.port}` }))).toEqual([0, '']);
    const without = await endOf(run({ CARFIN_API_URL: undefined }));
    expect(without).toEqual([1, expect.stringMatching(/RangeError: url must be the API's, .*received nothing\./)]);
  } finally {
    await gateway.stop();
  }
});

async function endOf(child: ReturnType<typeof spawn>): Promise<[number, string]> {
  let said = '';
  child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return [code, said];
}
