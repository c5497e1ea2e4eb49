import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { readNumber, wholeSeconds } from '../text/command-arguments';
import { registerLevers } from './commands/levers';
import { registerReaders } from './commands/readers';
import { EXIT, OperationError, type ExitCode } from './report/errors';
import type { Report } from './report/output';
import type { AddCommand } from './commands/command';
import { typed } from '../../../lambda/diagnosis/typed';
import type { Target } from './stage/target';

/** What the command line talks to: the terminal, the systems, the clock. */
export interface Session {
  /** @throws OperationError if there is no such stage, or nothing runs locally. */
  connect: (options: { stage?: string; local?: boolean }) => Promise<Target>;
  /** A result, on standard output. */
  write: (text: string) => void;
  /** What happens meanwhile, on standard error. */
  progress: (text: string) => void;
  exit: (code: ExitCode) => void;
  /** Ends `--watch`, and the board. */
  signal?: AbortSignal;
  /** Shows the board of a target until the signal; with `json` tells once what it would show. */
  board?: (target: Target, options: BoardOptions) => Promise<Report>;
}

/** What `board` is asked. */
export interface BoardOptions {
  /** On 127.0.0.1; 0 takes a free one. */
  port: number;
  json: boolean;
}

interface GlobalOptions {
  stage?: string;
  local?: boolean;
  json?: boolean;
  watch?: number;
}

/** What to type at night, in this order. */
const AT_NIGHT = `
At night, in this order:
  npm run ops -- alarms --stage prod             what fires, who feels it, its page
  npm run ops -- diagnose <alarm> --stage prod   the likeliest cause, and what to type next
  npm run ops -- doctor --stage prod             the layer that fails, from inside the VPC
The page of an alarm says how to put it right: docs/runbooks/README.md`;

const EXIT_CODES = `
Ends with ${EXIT.ok}: nothing needs attention; ${EXIT.attention}: something does; ${EXIT.usage}: wrong usage;
${EXIT.unreachable}: it could not be asked; ${EXIT.notConfirmed}: it was shown and not done, --yes was missing.`;

/** The commands of `npm run ops`. A test holds docs/operations.md to them. */
export function createProgram(session: Session): Command {
  const program = new Command('npm run ops --')
    .description('Operates one stage, or the system of npm start.')
    .configureHelp({ showGlobalOptions: true })
    .option('--stage <stage>', 'which stage, for instance prod')
    .addOption(new Option('--local', 'the system of a running npm start').conflicts('stage'))
    .option('--json', 'print data for programs instead of text')
    .addOption(
      new Option('--watch [seconds]', 'repeat until Ctrl-C; only for commands that change nothing')
        .preset('10')
        .argParser(wholeSeconds),
    )
    .addHelpText('after', `${AT_NIGHT}\n${EXIT_CODES}`)
    .exitOverride();
  const add: AddCommand = (nameAndArguments, description, run, parent = program) => {
    const command = parent.command(nameAndArguments).description(description);
    command.action(async () => {
      const options = command.optsWithGlobals<GlobalOptions & Record<string, unknown>>();
      session.exit(await show(session, options, (target) => run(target, command.args, options, session.progress)));
    });
    return command;
  };
  program.commandsGroup('Look, and change nothing:');
  registerReaders(program, add);
  add(
    'board',
    'serves the live board on this machine until Ctrl-C; --json prints what it shows',
    (target, _, options) => {
      if (session.board === undefined) throw new OperationError('There is no board here.', EXIT.usage);
      return session.board(target, { port: options.port as number, json: options.json === true });
    },
  ).option(
    '--port <port>',
    'where it listens on 127.0.0.1; 0 takes a free one',
    (text) => readNumber(text, 0, 65_535),
    0,
  );
  program.commandsGroup('Change something; without --yes they only show what they would do:');
  registerLevers(program, add);
  namingHelp(program, program.name());
  return program;
}

/**
 * Every command has `--help`, which an error names; a command `help` would be one more that changes nothing, and asks
 * no stage.
 */
function namingHelp(command: Command, typed: string): void {
  command.helpCommand(false).showHelpAfterError(`${typed} --help says more.`);
  for (const each of command.commands) namingHelp(each, `${typed} ${each.name()}`);
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
  try {
    return await repeat(session, options, target, run);
  } catch (error) {
    if (error instanceof Error) error.message = typed(error.message, target.name);
    throw error;
  }
}

async function repeat(
  session: Session,
  options: GlobalOptions,
  target: Target,
  run: (target: Target) => Promise<Report>,
): Promise<ExitCode> {
  for (;;) {
    const { data, text, exitCode } = await run(target);
    session.write(options.json ? forPrograms(data, target.name) : typed(text, target.name));
    if (options.watch === undefined || session.signal?.aborted) return exitCode;
    await sleep(options.watch * 1_000, undefined, { signal: session.signal }).catch(() => undefined);
    if (session.signal?.aborted) return exitCode;
    session.write(options.json ? '' : `\n-- ${new Date().toISOString()}`);
  }
}

/** @returns JSON whose commands can be typed, and in which what is not known is null. */
function forPrograms(data: unknown, targetName: string): string {
  const told = (_: string, value: unknown) => (typeof value === 'string' ? typed(value, targetName) : (value ?? null));
  return JSON.stringify(data, told, 2);
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
