import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DRILLS } from '../../../../lib/tools/drills/drills';
import { FAULT_DRILLS } from '../../../../lib/tools/drills/fault-drills';
import { PROJECT_ROOT } from '../../../../lib/constructs/functions/bundle';

const nodeIn = (env: NodeJS.ProcessEnv, ...args: string[]) =>
  spawn(process.execPath, ['--import', 'tsx', ...args], {
    cwd: PROJECT_ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
const node = (...args: string[]) => nodeIn({}, ...args);

const inState = (state: string, env: NodeJS.ProcessEnv = {}) =>
  nodeIn(env, 'test/lib/tools/programs/fixtures/endings.ts', state);

function collect(child: ChildProcess): { out: string; err: string } {
  const said = { out: '', err: '' };
  child.stdout?.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (said.err += chunk.toString()));
  return said;
}

/** @returns exit code and signal. */
const ended = async (child: ChildProcess) => (await once(child, 'exit')) as [number | null, string | null];

const STATES = [
  'starting-something',
  'stop-hangs',
  'computing-with-nothing-to-stop',
  'working-with-something-to-stop',
  'writing',
];

describe.each([
  ['SIGINT', STATES],
  ['SIGTERM', STATES],
  // Heard by the same listener.
  ['SIGHUP', ['working-with-something-to-stop']],
] as const)('%s', (signal, states) => {
  test.each(states)('ends a program that is %s', async (state) => {
    const child = inState(state);
    const said = collect(child);
    while (!said.out.includes('ready')) await once(child.stdout, 'data');
    const asked = Date.now();
    child.kill(signal);
    const [code, by] = await ended(child);
    const number = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 }[signal];
    expect(by ?? code).toBe(state === 'computing-with-nothing-to-stop' ? signal : 128 + number);
    expect(Date.now() - asked).toBeLessThan(5_000);
    // eslint-disable-next-line jest/no-conditional-expect -- only one of the states has something to say
    if (state === 'working-with-something-to-stop') expect(said.out).toMatch(/stopped/);
  });
});

test('what the AWS SDK warns of in seven lines is one line of advice; other warnings stay', async () => {
  const child = inState('warned-by-the-sdk');
  const said = collect(child);
  const [code] = await ended(child);
  const [advice, other] = said.err.split('\n');
  expect([code, advice]).toEqual([
    0,
    `Node.js ${process.versions.node} works and has ended; Node.js 24 is what Lambda runs (.nvmrc).`,
  ]);
  expect(other).toMatch(/Warning: Another one$/);
});

test('a closed pipe ends a program as SIGPIPE would, and what it started is stopped', async () => {
  const child = inState('writing');
  const said = collect(child);
  await once(child.stdout, 'data');
  child.stdout.destroy();
  expect(await ended(child)).toEqual([141, null]);
  expect(said.err).toBe('stopped\n');
});

test('a pipe that is closed before the help is written ends a program without a stack', async () => {
  const child = inState('helping');
  child.stdout.destroy();
  const said = collect(child);
  expect(await ended(child)).toEqual([141, null]);
  expect(said.err).toBe('');
});

test('a pipe gets all that was written before the program ends', async () => {
  const child = inState('saying-much');
  const said = collect(child);
  expect((await once(child, 'close')) as unknown[]).toEqual([0, null]);
  expect(said.out).toHaveLength(10_000_001);
});

test('a terminal that loses its columns keeps no program busy for ever', async () => {
  const child = inState('spinning-without-columns');
  const said = collect(child);
  expect(await ended(child)).toEqual([0, null]);
  expect(said.err).toContain('done');
});

test('a spinner leaves Ctrl-C to the terminal, which tells every process of it at once', async () => {
  const child = inState('spinning-at-a-terminal');
  const said = collect(child);
  expect(await ended(child)).toEqual([0, null]);
  expect(said.err).toContain('done');
  expect(said.out).not.toContain('raw');
});

test('NO_COLOR is heard by the spinner too', async () => {
  const child = inState('spinning-at-a-terminal', { NO_COLOR: '1', FORCE_COLOR: undefined, TERM: 'xterm' });
  const said = collect(child);
  expect(await ended(child)).toEqual([0, null]);
  // Erasing and hiding the cursor are no colours.
  expect(said.err).toContain('done');
  // eslint-disable-next-line no-control-regex -- what sets a colour
  expect(said.err).not.toMatch(/\u001b\[\d+m/);
});

test('a step that fails ends with a cross, then why, without a stack', async () => {
  const child = inState('failing-step');
  const said = collect(child);
  expect(await ended(child)).toEqual([2, null]);
  // A pipe gets no colours.
  expect(said.err).toBe('- A step\n✖ A step\nIt broke.\n  because: the disk is full\n');
});

test('a mistake of this project shows where it was made', async () => {
  const child = inState('mistaken');
  const said = collect(child);
  expect(await ended(child)).toEqual([2, null]);
  expect(said.err).toMatch(/TypeError: This is a mistake\n +at .*endings\.ts/);
});

/** The CDK app is run by cdk and takes no arguments. */
const PROGRAMS = readdirSync(path.join(PROJECT_ROOT, 'bin')).filter((file) => file !== 'app.ts');

test.each(PROGRAMS)('bin/%s is run by runProgram and ends nowhere else', (file) => {
  const source = readFileSync(path.join(PROJECT_ROOT, 'bin', file), 'utf8');
  expect(source.match(/runProgram\(/g)).toHaveLength(1);
  expect(source).not.toMatch(/process\.(exit|on|once)\b|exitCode =/);
});

const scripts = Object.entries(
  (JSON.parse(readFileSync(path.join(PROJECT_ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> })
    .scripts,
);

test.each(PROGRAMS.filter((file) => file !== 'ops.ts'))('the help of bin/%s says what is typed', (file) => {
  const [name] = scripts.find(([, command]) => command.endsWith(`tsx bin/${file}`)) ?? [];
  const typed = name === 'start' ? 'npm start --' : `npm run ${name} --`;
  expect(readFileSync(path.join(PROJECT_ROOT, 'bin', file), 'utf8')).toContain(`new Command('${typed}')`);
});

test('npm run drill lists every name whole, since it is typed', async () => {
  const child = node('bin/drill.ts');
  const { out } = await new Promise<{ out: string }>((resolve) => {
    const said = collect(child);
    child.once('close', () => resolve(said));
  });
  for (const name of Object.keys({ ...DRILLS, ...FAULT_DRILLS })) expect(out).toContain(`│ ${name} `);
  expect(out).not.toContain('…');
});

test.each([
  [['kill-node', '--all'], '--all plays everything: name no drill beside it.'],
  [['--hold'], 'Name what --hold breaks, such as npm run drill -- --hold kill-node.'],
  [['--hold', '--all'], '--hold breaks what is named: leave out --all.'],
  [
    ['--hold', 'kill-node', 'lose-valkey'],
    '--hold breaks one thing, since each drill begins on a system that is well: name one of kill-node, lose-valkey.',
  ],
  [
    ['--hold', 'kill-node', '--save'],
    '--hold plays no drill, so that there is no report: leave out --json and --save.',
  ],
  [['--save'], '--save keeps what a played drill said: name drills, or give --all.'],
])('npm run drill -- %j is refused before anything starts', async (args, message) => {
  const child = node('bin/drill.ts', ...args);
  const said = collect(child);
  expect(await ended(child)).toEqual([2, null]);
  expect([said.out, said.err]).toEqual(['', `${message}\n`]);
});

test('npm run drill -- --json lists for programs', async () => {
  const child = node('bin/drill.ts', '--json');
  const said = collect(child);
  expect(await ended(child)).toEqual([0, null]);
  const [first] = JSON.parse(said.out) as unknown[];
  expect(first).toEqual({
    name: 'kill-node',
    breaks: 'kills a primary that has no replica (SIGKILL): a third of the keys is gone',
    rehearses: ['HitRate', 'CacheGivesLittle', 'WarmUpMissing', 'CatalogueAges'],
  });
});

test.each(['logs', 'catalogue rollback'])('what is wrong with npm run ops -- %s names its own help', async (typed) => {
  const child = node('bin/ops.ts', ...typed.split(' '), '--what');
  const said = collect(child);
  await ended(child);
  expect(said.err).toBe(`error: unknown option '--what'\nnpm run ops -- ${typed} --help says more.\n`);
});

test.each(
  ['start', 'client', 'synth', 'bench', 'bench-peers', 'faults', 'ops']
    .map((name) => `bin/${name}.ts`)
    .concat('test/mutants/run.mjs'),
)('%s --help helps and does nothing else; what it does not know is wrong usage', async (file) => {
  const [help, wrong] = [node(file, '--help'), node(file, '--what')];
  const said = [collect(help), collect(wrong)];
  expect(await Promise.all([ended(help), ended(wrong)])).toEqual([[0, null], [2, null]]); // prettier-ignore
  expect(said.map(({ out, err }) => [/^Usage: /.test(out), err])).toEqual([
    [true, ''],
    [
      false,
      expect.stringMatching(/^error: unknown option '--what'\nnpm (run )?[\w:]+ -- --help says more\.\n$/) as string,
    ],
  ]);
});

test('a script of ours is one program, which gets the arguments before anything is done', () => {
  const ours = scripts.filter(([, command]) => / (bin|test\/mutants)\//.test(command));
  expect(ours.length).toBeGreaterThan(20);
  for (const [, command] of ours) expect(command).toMatch(/^node [^&;|]+$/);
});

test.each([
  ['faults', '--requests', 'abc', 1_000_000_000],
  ['faults', '--requests', '1e3', 1_000_000_000],
  ['fuzz', '--seconds', '0x10', 86_400],
  ['ops', '--watch', '0x10', 86_400],
  ['ops', '--watch', '1e3', 86_400],
])('%s %s %s is refused by name', async (name, option, value, most) => {
  const child = node(`bin/${name}.ts`, ...(name === 'ops' ? ['status', '--local'] : []), `${option}=${value}`);
  const said = collect(child);
  expect(await ended(child)).toEqual([2, null]);
  expect(said.err).toMatch(
    new RegExp(`${option}.* invalid\\. It must be a whole number from \\d to ${most}, received "${value}"`),
  );
});
