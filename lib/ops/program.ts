import { setTimeout as sleep } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { registerLevers } from './commands/levers';
import { registerReaders } from './commands/readers';
import { EXIT, OperationError, type ExitCode } from './errors';
import { duration, type Report } from './output';
import type { Target } from './target';

/** What the command line talks to: the terminal, the systems, the clock. */
export interface Session {
  /** @throws OperationError if there is no such stage, or nothing runs locally. */
  connect: (options: { stage?: string; local?: boolean }) => Promise<Target>;
  /** A result, on standard output. */
  write: (text: string) => void;
  /** What happens meanwhile, on standard error. */
  progress: (text: string) => void;
  exit: (code: ExitCode) => void;
  /** Ends `--watch`. */
  signal?: AbortSignal;
}

interface GlobalOptions {
  stage?: string;
  local?: boolean;
  json?: boolean;
  watch?: number;
}

/** Adds a command that asks a target and shows a report. */
export type AddCommand = (
  nameAndArguments: string,
  description: string,
  run: (
    target: Target,
    args: string[],
    options: Record<string, unknown>,
    progress: (line: string) => void,
  ) => Promise<Report>,
  parent?: Command,
) => Command;

/** The commands of `npm run ops`. Tests, runbooks and the documentation enumerate them from here. */
export function createProgram(session: Session): Command {
  const program = new Command('ops')
    .description('Operates one stage, or the system of npm start')
    .option('--stage <stage>', 'which stage, for instance prod')
    .addOption(new Option('--local', 'the system of a running npm start').conflicts('stage'))
    .option('--json', 'print data for programs instead of text')
    .addOption(
      new Option('--watch [seconds]', 'repeat until Ctrl-C; only for commands that change nothing')
        .preset('10')
        .argParser(watchSeconds),
    )
    .addHelpText(
      'after',
      `\nEnds with ${EXIT.ok} if nothing needs attention, ${EXIT.attention} if something does, ${EXIT.usage} on wrong usage, ${EXIT.unreachable} if it could not be asked, ${EXIT.notConfirmed} if a lever was shown and not pulled (docs/operations.md).`,
    )
    .exitOverride();
  const add: AddCommand = (nameAndArguments, description, run, parent = program) => {
    const command = parent.command(nameAndArguments).description(description);
    command.action(async () => {
      const options = command.optsWithGlobals<GlobalOptions & Record<string, unknown>>();
      session.exit(await show(session, options, (target) => run(target, command.args, options, session.progress)));
    });
    return command;
  };
  registerReaders(program, add);
  registerLevers(program, add);
  return program;
}

/** The full names of all commands that do something, such as `cache bypass`. */
export function commandNames(program: Command): string[] {
  return program.commands.flatMap((command) =>
    command.commands.length === 0 ? [command.name()] : commandNames(command).map((name) => `${command.name()} ${name}`),
  );
}

async function show(
  session: Session,
  options: GlobalOptions,
  run: (target: Target) => Promise<Report>,
): Promise<ExitCode> {
  const target = await session.connect(options);
  for (;;) {
    const { data, text, exitCode } = await run(target);
    session.write(options.json ? JSON.stringify(data, undefined, 2) : text);
    if (options.watch === undefined || session.signal?.aborted) return exitCode;
    await sleep(options.watch * 1_000, undefined, { signal: session.signal }).catch(() => undefined);
    if (session.signal?.aborted) return exitCode;
    session.write(options.json ? '' : `\n-- ${new Date().toISOString()}`);
  }
}

/** Runs one command line. Never throws: what goes wrong is told and becomes the exit code. */
export async function runOps(args: readonly string[], session: Session): Promise<void> {
  try {
    await createProgram(session).parseAsync(args, { from: 'user' });
  } catch (error) {
    // Commander has already said what was wrong with the line; help and version are no error.
    const { code: commanderCode, exitCode } = error as { code?: string; exitCode?: number };
    if (commanderCode?.startsWith('commander.')) {
      session.exit(exitCode === 0 ? EXIT.ok : EXIT.usage);
      return;
    }
    session.progress((error as Error).message);
    session.exit(error instanceof OperationError ? error.exitCode : EXIT.unreachable);
  }
}

function watchSeconds(value: string): number {
  const seconds = Number(value);
  if (Number.isInteger(seconds) && seconds >= 1) return seconds;
  throw new InvalidArgumentError('must be whole seconds, at least 1.');
}

/** Checks a time span while the line is parsed, so that a wrong one is wrong usage. */
export function spanArgument(value: string): string {
  try {
    duration(value);
    return value;
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
