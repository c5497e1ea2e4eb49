import { performance } from 'node:perf_hooks';
import { codeOf, reasonOf } from '../telemetry/reason';
import { within } from '../contract/timer';

/** What one look at one layer found. */
export interface Check {
  system: 'Valkey' | 'database' | 'API';
  layer: string;
  /** `skipped`: a layer below failed, so this one was not reached. */
  outcome: 'ok' | 'failed' | 'skipped';
  milliseconds: number;
  found: string;
  /**
   * The kind of what failed: a code of the system, of PostgreSQL or of Valkey; ETIMEDOUT where nobody answered in time.
   */
  code?: string;
  /** What to do; only where something failed. */
  advice?: string;
}

/** One layer: looks, and says what it found. What it throws is what failed. */
export interface Layer {
  name: string;
  look: () => Promise<string>;
  advice: string;
  /** What to do instead, by the kind of what failed. */
  adviceOf?: Readonly<Record<string, string>>;
}

/** How long one layer is waited for, ms. */
const PATIENCE_MS = 3_000;

/** Looks at the layers from the bottom up and stops at the first that fails: those above it can't be told. */
export async function climb(system: Check['system'], layers: readonly Layer[]): Promise<Check[]> {
  const checks: Check[] = [];
  let broken = false;
  for (const { name, look, advice: usual, adviceOf = {} } of layers) {
    if (broken) {
      checks.push({ system, layer: name, outcome: 'skipped', milliseconds: 0, found: 'not reached' });
      continue;
    }
    const start = performance.now();
    const milliseconds = () => Math.round((performance.now() - start) * 10) / 10;
    try {
      const found = await within(PATIENCE_MS, look(), `no answer within ${PATIENCE_MS} ms`);
      checks.push({ system, layer: name, outcome: 'ok', milliseconds: milliseconds(), found });
    } catch (error) {
      broken = true;
      const found = reasonOf(error);
      const code = kindOfFailure(error);
      const advice = adviceOf[code ?? ''] ?? usual;
      const failed = { system, layer: name, outcome: 'failed', milliseconds: milliseconds(), found, advice } as const;
      checks.push(code === undefined ? failed : { ...failed, code });
    }
  }
  return checks;
}

/** Of what lies behind it, if it says nothing itself. Of a message nothing is told but whether it speaks of time. */
function kindOfFailure(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const late = /timed? ?out|no answer within/i.test(error.message) ? 'ETIMEDOUT' : undefined;
  return codeOf(error) ?? kindOfFailure(error.cause) ?? late;
}
