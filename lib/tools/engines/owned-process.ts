import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const KEPT_OUTPUT = 4_000;
const CHECK_EVERY_MS = 25;

/**
 * A shell that becomes the program ("$@") and leaves a guard behind: once the pipe from here to the guard is cut
 * without a word, it sends the program the signal "$0", awake or stopped. So it ends even if this process is killed;
 * Linux's own signal for that (PR_SET_PDEATHSIG) is unknown elsewhere.
 */
const GUARDED = [
  '( (read -r _ <&3 || { kill -s "$0" $$; kill -s CONT $$; }) </dev/null >/dev/null 2>&1 & )',
  'exec "$@" 3<&-',
].join('\n');

/** A process that this one started and alone may end; it ends with this one, however that ends. */
export class OwnedProcess {
  private output = '';
  private exited = false;
  private halted = false;
  /** ms since the epoch. */
  readonly startedAt = Date.now();
  private readonly exit: Promise<unknown>;

  private constructor(
    private readonly name: string,
    readonly child: ChildProcess,
  ) {
    const guard = child.stdio[3] as Socket;
    guard.on('error', () => undefined).resume();
    this.exit = once(child, 'exit').then(() => {
      this.exited = true;
      guard.end('done\n');
      return finished(guard).catch(() => undefined);
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output = (this.output + chunk.toString()).slice(-KEPT_OUTPUT)));
    }
  }

  /**
   * Starts the program; {@link until} tells whether it came up.
   * @param lastSignal what it gets if this process is gone.
   * @throws Error if it can't be started here
   */
  static async start(
    name: string,
    program: string,
    args: readonly string[],
    options: SpawnOptions = {},
    lastSignal: 'KILL' | 'QUIT' = 'KILL',
  ): Promise<OwnedProcess> {
    if (process.platform === 'win32') throw new Error(`${name} runs on Linux and macOS. On Windows, run this in WSL.`);
    // A group of its own: a terminal's Ctrl-C reaches only us, and we stop the engines in order.
    const child = spawn('/bin/sh', ['-c', GUARDED, lastSignal, program, ...args], {
      ...options,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      detached: true,
    });
    await Promise.race([
      once(child, 'spawn'),
      once(child, 'error').then(([cause]) => {
        throw new Error(`${name} can't be started: ${program}`, { cause });
      }),
    ]);
    return new OwnedProcess(name, child);
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get running(): boolean {
    return !this.exited;
  }

  /** Whether it runs and was not stopped by a signal of ours. */
  get awake(): boolean {
    return this.running && !this.halted;
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.running) return;
    this.child.kill(signal);
    if (signal === 'SIGSTOP' || signal === 'SIGCONT') this.halted = signal === 'SIGSTOP';
  }

  /** Waits until the check passes. @throws Error with the process's own words if it ends before, or after timeoutMs. */
  async until(check: () => Promise<boolean>, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (this.running && Date.now() < deadline) {
      if (await check().catch(() => false)) return;
      await sleep(CHECK_EVERY_MS);
    }
    const what = this.running ? `was not ready after ${timeoutMs} ms` : 'ended';
    throw new Error(`${this.name} ${what}. Its last words:\n${this.output}`);
  }

  /** Asks it to end, and after graceMs makes it. Returns when it is gone. */
  async stop(signal: NodeJS.Signals = 'SIGTERM', graceMs = 5_000): Promise<void> {
    this.signal('SIGCONT');
    this.signal(signal);
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs);
    await this.exit;
    clearTimeout(timer);
  }
}
