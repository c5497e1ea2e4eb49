import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PROJECT_ROOT } from '../../constructs/functions/bundle';
import { CODES, type Run } from './run-program';

/** Runs cdk by the CLI's own entry: npx is a script that Windows can't spawn. @returns its exit code */
export async function runCdk(run: Run, args: readonly string[]): Promise<number> {
  const cdk = await run.own(
    () =>
      spawn(process.execPath, [require.resolve('aws-cdk/bin/cdk'), ...args], { cwd: PROJECT_ROOT, stdio: 'inherit' }),
    (child) => child.kill(),
  );
  const [status] = (await once(cdk, 'exit')) as [number | null];
  return status ?? CODES.found;
}
