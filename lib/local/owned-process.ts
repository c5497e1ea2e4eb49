import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

const KEPT_OUTPUT = 4_000;
const CHECK_EVERY_MS = 25;

/** A process that this one started and alone may end. */
export class OwnedProcess {
  private output = '';
  private exited = false;
  private readonly exit: Promise<unknown>;

  private constructor(
    private readonly name: string,
    readonly child: ChildProcess,
  ) {
    this.exit = once(child, 'exit').then(() => (this.exited = true));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output = (this.output + chunk.toString()).slice(-KEPT_OUTPUT)));
    }
    // Should this process end without stopping it: an engine must not outlive what started it.
    process.once('exit', this.killNow);
  }

  /** @throws Error if the program can't be started at all. */
  static async start(
    name: string,
    program: string,
    args: readonly string[],
    options: SpawnOptions = {},
  ): Promise<OwnedProcess> {
    // A group of its own: a terminal's Ctrl-C reaches only us, and we stop the engines in order.
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...options });
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

  signal(signal: NodeJS.Signals): void {
    if (this.running) this.child.kill(signal);
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
    process.off('exit', this.killNow);
    this.signal('SIGCONT');
    this.signal(signal);
    const timer = setTimeout(() => this.signal('SIGKILL'), graceMs);
    if (this.running) await this.exit;
    clearTimeout(timer);
  }

  private readonly killNow = (): void => {
    if (this.running) this.child.kill('SIGKILL');
  };
}
