import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { ENV } from '../../../lambda/contract/environment';
import { BUNDLE_FILE } from '../../constructs/functions/bundle';

/** What a function's process says: its log and its metrics, a JSON line each. */
type LineListener = (line: string) => void;

/** Gets how an invocation ended. */
export type EndListener = (milliseconds: number, failed: boolean) => void;

/** Gets each invocation as a process begins with it, and how many processes are at work then. */
type InvocationListener = (atOnce: number) => EndListener;

interface Reply {
  id?: number;
  ready?: boolean;
  result?: unknown;
  error?: { name: string; message: string };
}

const EXITED: Reply = { error: { name: 'Runtime.ExitError', message: 'The process ended during the invocation' } };

/** One process of a function, as one environment of Lambda: it works on one event at a time. */
class Environment {
  private resolve: ((reply: Reply) => void) | undefined;
  readonly ended: Promise<unknown>;

  constructor(readonly child: ChildProcess) {
    child.on('message', (reply: Reply) => this.resolve?.(reply));
    this.ended = once(child, 'exit');
    void this.ended.then(() => this.resolve?.(EXITED));
  }

  async ask(message: unknown): Promise<Reply> {
    // Another one may have been put in its place while this event waited for it.
    if (!this.child.connected) return EXITED;
    const reply = new Promise<Reply>((resolve) => (this.resolve = resolve));
    if (message !== undefined) this.child.send(message as object, (error) => error && this.resolve?.(EXITED));
    return reply;
  }
}

/** A function that failed, by the name and message of its error. */
export class InvocationError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

interface LocalFunctionOptions {
  /** 1 unless given. */
  processes?: number;
  onLine?: LineListener | undefined;
  onInvocation?: InvocationListener | undefined;
  /** The Node.js to run on; this one unless given. */
  execPath?: string;
}

/**
 * A Lambda function on this machine: its own processes, its own environment variables, nothing inherited but the PATH.
 */
export class LocalFunction {
  private readonly idle: Environment[] = [];
  private readonly waiting: ((environment: Environment) => void)[] = [];
  private lastId = 0;

  private constructor(
    private readonly environments: readonly Environment[],
    private readonly onInvocation: InvocationListener = () => () => undefined,
  ) {}

  /** Starts the processes and waits until each has finished its init. @throws Error if one ends before */
  static async start(
    bundleFolder: string,
    environment: Readonly<Record<string, string>>,
    options: LocalFunctionOptions = {},
  ): Promise<LocalFunction> {
    const { processes = 1, onLine = () => undefined, execPath = process.execPath } = options;
    const environments = Array.from({ length: processes }, () =>
      startProcess(bundleFolder, environment, onLine, execPath),
    );
    const replies = await Promise.all(environments.map((each) => each.ask(undefined)));
    const local = new LocalFunction(environments, options.onInvocation);
    if (!replies.every(({ ready }) => ready)) {
      await local.stop();
      throw new Error(`A process of the function in ${bundleFolder} ended during init; its log says why.`);
    }
    local.idle.push(...environments);
    return local;
  }

  /** Waits while every process is busy. @throws InvocationError */
  async invoke(event: unknown): Promise<unknown> {
    const free = this.idle.pop();
    const environment = free ?? (await new Promise<Environment>((resolve) => this.waiting.push(resolve)));
    const ended = this.onInvocation(this.environments.length - this.idle.length);
    const start = performance.now();
    const { result, error } = await environment.ask({ id: ++this.lastId, event });
    ended(performance.now() - start, error !== undefined);
    const next = this.waiting.shift();
    if (next === undefined) this.idle.push(environment);
    else next(environment);
    if (error !== undefined) throw new InvocationError(error.name, error.message);
    return result;
  }

  /** To each of its processes: SIGSTOP freezes them as Lambda does, SIGCONT thaws them. */
  signal(signal: NodeJS.Signals): void {
    for (const { child } of this.environments) child.kill(signal);
  }

  get pids(): number[] {
    return this.environments.map(({ child }) => child.pid ?? 0);
  }

  async stop(): Promise<void> {
    for (const { child } of this.environments) child.kill('SIGKILL');
    await Promise.all(this.environments.map(({ ended }) => ended));
  }
}

/** Functions that a test starts have its deadlines. */
function ownDeadlines(): Record<string, string> {
  const factor = process.env[ENV.deadlineFactor];
  return factor === undefined ? {} : { [ENV.deadlineFactor]: factor };
}

function startProcess(
  bundleFolder: string,
  environment: Readonly<Record<string, string>>,
  onLine: LineListener,
  execPath: string,
): Environment {
  const bundle = pathToFileURL(path.join(bundleFolder, BUNDLE_FILE)).href;
  const child = fork(path.join(__dirname, 'runtime.mjs'), [bundle], {
    env: { PATH: process.env.PATH, ...ownDeadlines(), AWS_LAMBDA_LOG_LEVEL: 'INFO', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
    execPath,
    // Ctrl-C is for the parent, which stops its functions before the engines.
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) if (stream) createInterface({ input: stream }).on('line', onLine);
  return new Environment(child);
}
