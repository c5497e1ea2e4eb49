import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/functions/bundle';

/** How a program ended, and all that it said. */
export interface Ended {
  code: number;
  output: string;
}

/** Runs a program with this process's environment, credentials included. */
export async function execute(file: string, args: readonly string[], cwd = PROJECT_ROOT): Promise<Ended> {
  const child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? -1, output };
}

/** @returns what a program said that must end well */
export async function well(ending: Promise<Ended>): Promise<string> {
  const { code, output } = await ending;
  assert.equal(code, 0, output);
  return output;
}

/** As `npm run <name> -- <args>`. */
export function program(name: string, ...args: string[]): Promise<Ended> {
  return execute(process.execPath, ['--no-warnings', '--import', 'tsx', `bin/${name}.ts`, ...args]);
}

/** CDK's own command line, away from this project's app: an assembly is named to it. */
export function cdk(...args: string[]): Promise<Ended> {
  const entry = path.join(PROJECT_ROOT, 'node_modules/aws-cdk/bin/cdk');
  return execute(process.execPath, ['--no-warnings', entry, ...args], tmpdir());
}
