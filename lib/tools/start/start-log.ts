/** What a line of a function's log says. */
interface Entry {
  level?: string;
  message?: string;
  /** Of a warm-up: what it does now, and with how many listings. */
  phase?: string;
  listings?: number;
}

const WORTH_SHOWING = new Set(['WARN', 'ERROR', 'CRITICAL']);

/**
 * What of the functions' logs a terminal shows: warnings and errors, one line each. Those of a start wait until it is
 * known whether it fails: a start that succeeds has no red line. Nor has a stop, in which functions outlive their
 * stores. `npm run ops -- logs --local` shows all.
 */
export class StartLog {
  /** Gets a warm-up's progress. */
  onPhase: (phase: string, listings: number) => void = () => undefined;
  private held: string[] | undefined;

  /** @param stopping aborted once the stage is asked to stop. */
  constructor(
    private readonly stopping?: AbortSignal,
    private readonly writeLine: (line: string) => void = console.error,
  ) {}

  private write(line: string): void {
    if (!this.stopping?.aborted) this.writeLine(line);
  }

  /** Keeps the lines of a start to itself, unless it fails. */
  async whileStarting<T>(start: () => Promise<T>): Promise<T> {
    const held: string[] = [];
    this.held = held;
    try {
      return await start();
    } catch (error) {
      for (const line of held) this.write(line);
      throw error;
    } finally {
      this.held = undefined;
    }
  }

  /** A line of a function's output. */
  take(name: string, line: string): void {
    const shown = this.shown(name, line);
    if (shown === undefined) return;
    if (this.held) this.held.push(shown);
    else this.write(shown);
  }

  private shown(name: string, line: string): string | undefined {
    let entry: Entry;
    try {
      entry = JSON.parse(line) as Entry;
    } catch {
      return `[${name}] ${line}`;
    }
    if (entry.phase !== undefined) this.onPhase(entry.phase, entry.listings ?? 0);
    return WORTH_SHOWING.has(entry.level ?? '')
      ? `[${name}] ${entry.level ?? ''} ${entry.message ?? ''} (npm run ops -- logs ${name} --local)`
      : undefined;
  }
}
