import type { ExitCode } from '../../../../lib/tools/ops/report/errors';
import { runOps, type Session } from '../../../../lib/tools/ops/program';
import type { Target } from '../../../../lib/tools/ops/stage/target';

interface Run {
  /** What was printed as a result. */
  output: string;
  /** What was said meanwhile. */
  said: string;
  code: ExitCode | undefined;
}

/** Runs one command line of `npm run ops` against a target. */
export async function ops(target: Target, line: string, session: Partial<Session> = {}): Promise<Run> {
  const run: Run = { output: '', said: '', code: undefined };
  await runOps(line.split(' '), {
    connect: () => Promise.resolve(target),
    write: (text) => (run.output += `${text}\n`),
    progress: (text) => (run.said += `${text}\n`),
    exit: (code) => (run.code = code),
    ...session,
  });
  return run;
}
