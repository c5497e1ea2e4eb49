import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { makeTemporaryFolder } from '../engines/run-folder';
import { PROJECT_ROOT } from '../../constructs/functions/bundle';
import type { Figure } from '../bench/bench-messages';
import { besideProduction } from '../engines/engine-version';
import { valkeyBinary } from '../engines/valkey-binary';
import type { FaultResult } from '../faults/lab/fault';
import type { Figures } from '../text/table';
import { thousands } from '../text/thousands';
import type { UpgradeFigures } from './rolling-upgrade';

/** What is run on an engine. */
export const PARTS = ['tests', 'faults', 'bench', 'upgrade'] as const;
export type Part = (typeof PARTS)[number];

interface TestReport {
  numPassedTests: number;
  numTotalTests: number;
  testResults: { assertionResults: { status: string; fullName: string }[] }[];
}

/** What came of the parts on one engine; a part that was not run, or said nothing readable, has nothing. */
export interface EngineRun {
  version: string;
  /** By part: in a few words, and whether all is well. */
  results: Partial<Record<Part, { text: string; well: boolean }>>;
  /** Tests and faults that failed, by name. */
  failed: string[];
}

/**
 * Runs the parts on one engine, each as a process of its own.
 * @param binary a path of valkey-server.
 * @param newest to which it is upgraded.
 * @param aborted ends what runs.
 * @throws Error if it is no Valkey of production's version or newer.
 */
export async function runOnEngine(
  binary: string,
  newest: string,
  parts: readonly Part[],
  aborted: AbortSignal,
): Promise<EngineRun> {
  const { version } = await valkeyBinary({ ...process.env, VALKEY_SERVER: binary });
  const run: EngineRun = { version: besideProduction(version), results: {}, failed: [] };
  const folder = makeTemporaryFolder('engines');
  try {
    for (const part of parts) {
      run.results[part] = await RUNNERS[part](run, (...args) => output([binary, newest], folder, args, aborted));
    }
    return run;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Output = (...args: string[]) => Promise<string>;
type Runner = (run: EngineRun, output: Output) => Promise<{ text: string; well: boolean }>;

const RUNNERS: Readonly<Record<Part, Runner>> = {
  tests: async (run, output) => {
    const report = JSON.parse(
      await output('node_modules/jest/bin/jest.js', '--selectProjects', 'engines', '--json'),
    ) as TestReport;
    const all = report.testResults.flatMap(({ assertionResults }) => assertionResults);
    run.failed.push(...all.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName));
    const { numPassedTests: passed, numTotalTests: total } = report;
    return { text: `${passed} of ${total}`, well: passed === total && total > 0 };
  },
  faults: async (run, output) => {
    const played = JSON.parse(await output('bin/faults.ts', '--sample', '--json')) as FaultResult[];
    const broken = played.filter(({ pass }) => !pass);
    run.failed.push(...broken.map(({ fault }) => `fault ${fault}`));
    return { text: `${played.length - broken.length} of ${played.length}`, well: broken.length === 0 };
  },
  bench: async (_, output) => {
    const figures = JSON.parse(await output('bin/bench.ts', '--json', '--rounds', '300')) as Figure[];
    const ratio = (name: string) => figures.find((each) => each.name === name)?.ratio.toFixed(1) ?? '?';
    return { text: `hit ${ratio('hit')} x, index ${ratio('index')} x a raw GET`, well: true };
  },
  upgrade: async (_, output) => {
    // What functions log of the upgrade comes before it.
    const said = (await output('lib/tools/engine-runs/upgrade-run.ts')).trim().split('\n');
    const figures = JSON.parse(said.at(-1) ?? '') as UpgradeFigures;
    const { from, to, durable, lost, refused, longestMs } = figures;
    const text =
      `${from} to ${to}: ${lost} of ${thousands(durable)} durable writes lost, ${refused} times 503, one write ` +
      `took ${thousands(longestMs)} ms`;
    return { text, well: lost === 0 && durable > 0 };
  },
};

/** Through a file: a pipe that a program leaves full when it exits would lose the rest. */
async function output(
  servers: readonly string[],
  folder: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const file = path.join(folder, 'output.json');
  const command = `exec "$0" "$@" > "${file}"`;
  const child = spawn('sh', ['-c', command, process.execPath, '--import', 'tsx', ...args], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, VALKEY_SERVER: servers.join(path.delimiter) },
    stdio: ['ignore', 'ignore', 'inherit'],
    signal,
    killSignal: 'SIGINT',
  });
  await new Promise<void>((resolve, reject) => child.once('error', reject).once('exit', () => resolve()));
  return readFileSync(file, 'utf8');
}

/** @returns one table of all engines. */
export function engineTable(runs: readonly EngineRun[], parts: readonly Part[]): Figures {
  return {
    head: ['Valkey', ...parts],
    rows: runs.map(({ version, results }) => [version, ...parts.map((part) => results[part]?.text ?? 'not run')]),
  };
}
