import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommanderError, type Command } from 'commander';
import { describeError } from './describe-error';
import { neverWithoutColumns } from './terminal';

/** How every program ends; `npm run ops` has more codes (docs/operations.md). */
export const CODES = {
  ok: 0,
  /** It ran, and found something wrong. */
  found: 1,
  /** Wrong usage or settings, or it could not run. */
  failed: 2,
  /** Nobody reads its output any more: what a shell reports of SIGPIPE, which Windows does not name. */
  closedPipe: 128 + 13,
} as const;

/** From a signal until the process is gone, ms; engines that still run then are ended by their guards. */
const MOST_ENDING_MS = 3_500;
/** So long one stop may keep the next waiting, ms. */
const PATIENCE_MS = 1_500;
/** So long the work may take to notice that it was asked to end, ms. */
const NOTICE_MS = 250;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What a program does. A number that it returns is the exit code, anything else is 0. */
type Work = (run: Run) => unknown;

/** What a program has started, and whether it was asked to end. */
export class Run {
  private readonly stops: (() => unknown)[] = [];
  private readonly asked = new AbortController();
  private stopped: Promise<void> | undefined;
  private ending = false;
  private listening = false;
  private work: Promise<number> | undefined;

  /**
   * Aborted once the program is asked to end. Until this or {@link own} is used signals have their usual effect, so a
   * program that has nothing to stop ends at once even in the middle of a computation.
   */
  get signal(): AbortSignal {
    this.listen();
    return this.asked.signal;
  }

  /**
   * Starts something that is stopped at the end, the last started first, also if the end comes while it starts.
   * @param stop its own `stop` unless given
   */
  async own<T extends { stop: () => unknown }>(start: () => T | Promise<T>): Promise<T>;
  async own<T>(start: () => T | Promise<T>, stop: (started: T) => unknown): Promise<T>;
  async own<T>(
    start: () => T | Promise<T>,
    stop = (started: T): unknown => (started as { stop: () => unknown }).stop(),
  ): Promise<T> {
    this.signal.throwIfAborted();
    const starting = Promise.resolve(start());
    this.stops.unshift(() => starting.then(stop, () => undefined));
    const started = await starting;
    this.signal.throwIfAborted();
    return started;
  }

  /** Stops what was started, once. */
  private stop(): Promise<void> {
    this.stopped ??= (async () => {
      const stopping: Promise<unknown>[] = [];
      for (const stop of this.stops) {
        const one = Promise.resolve(stop()).catch((error: unknown) => console.error(describeError(error)));
        stopping.push(one);
        await Promise.race([one, sleep(PATIENCE_MS)]);
      }
      await Promise.all(stopping);
    })();
    return this.stopped;
  }

  /** Ends, from now on, where nobody reads any more, be it the help. */
  endOnClosedPipe(): void {
    for (const stream of [process.stdout, process.stderr])
      stream.on('error', () => void this.interrupted(CODES.closedPipe));
  }

  /** Runs the work and ends the process. */
  async until(work: Work): Promise<never> {
    process.on('uncaughtException', (error) => void this.failed(error));
    this.work = (async () => {
      const code = await work(this);
      return typeof code === 'number' ? code : CODES.ok;
    })();
    try {
      return await this.end(await this.work);
    } catch (error) {
      return this.failed(error);
    }
  }

  private async failed(error: unknown): Promise<never> {
    // What fails because it was asked to end is no failure.
    if (!this.ending && !this.asked.signal.aborted) console.error(describeError(error));
    return this.end(CODES.failed);
  }

  private async end(code: number): Promise<never> {
    // The one who was asked first ends the process.
    if (this.ending) return new Promise<never>(() => undefined);
    this.ending = true;
    await this.stop();
    await allWritten();
    // A connection that is half open must not keep a program that has told its result.
    process.exit(code);
  }

  private listen(): void {
    if (this.listening) return;
    this.listening = true;
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        // Whoever asks twice does not want to wait.
        if (this.ending) process.exit(128 + constants.signals[signal]);
        void this.interrupted(128 + constants.signals[signal]);
      });
    }
  }

  /** Ends with what the work returns once it notices, else with the code. */
  private async interrupted(code: number): Promise<never> {
    if (this.ending) return new Promise<never>(() => undefined);
    this.ending = true;
    this.asked.abort(new Error('The program was asked to end.'));
    const late = setTimeout(() => process.exit(code), MOST_ENDING_MS);
    const own = await Promise.race([this.work?.catch(() => undefined), sleep(NOTICE_MS)]);
    await this.stop();
    clearTimeout(late);
    process.exit(own ?? code);
  }
}

/** A pipe takes 64 KiB at once; an exit before its reader has taken the rest would cut it off. */
const allWritten = () =>
  Promise.all([process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))));

/**
 * Runs a program of `bin`: reads its arguments, works, stops what it started, and ends, whatever happens: wrong usage,
 * a failure, SIGINT, SIGTERM, SIGHUP or a closed pipe.
 * @param command reads the arguments before the work begins; without one the work does.
 */
export function runProgram(command: Command | undefined, work: Work): void {
  for (const stream of [process.stdout, process.stderr]) neverWithoutColumns(stream);
  shortenSdkWarning();
  const run = new Run();
  run.endOnClosedPipe();
  try {
    command?.showHelpAfterError(`${command.name()} --help says more.`).exitOverride().parse();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Commander has said what was wrong with the line; help and version are no error.
    process.exitCode = error.exitCode === 0 ? CODES.ok : CODES.failed;
    return;
  }
  void run.until(work);
}

/** Under a Node.js that it is about to leave the AWS SDK writes seven lines at each start; what they advise is one. */
function shortenSdkWarning(): void {
  const emit = process.emitWarning.bind(process) as (...args: unknown[]) => void;
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).includes('NodeVersionSupportWarning')) emit(warning, ...rest);
    else
      console.error(`Node.js ${process.versions.node} works and has ended; Node.js 24 is what Lambda runs (.nvmrc).`);
  };
}
