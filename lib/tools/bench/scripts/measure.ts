import type { Redis } from 'iovalkey';
import { SCRIPTS, type ScriptCase } from './cases';

const RUNS = 5;

/** What one call of a script cost: the cheapest of five, each on what was made anew for it. */
export interface ScriptCost {
  /** That it ran. */
  commands: number;
  /**
   * Processor time of the engine's one thread, us: what INFO commandstats calls usec_per_call, but it does not grow
   * while others have the processor.
   */
  microseconds: number;
}

/**
 * Plays a case on an engine that nobody else asks, and leaves it empty.
 * @param connection to the engine; everything in it is removed.
 * @param size of what the script meets; the limit unless given.
 * @throws Error if the script refuses what it is given
 */
export async function measureScript(
  connection: Redis,
  { script, prepare, limit }: ScriptCase,
  size = limit,
): Promise<ScriptCost> {
  let [commands, microseconds] = [0, Infinity];
  for (let run = 0; run < RUNS; run++) {
    await connection.flushall();
    const [keys, args] = await prepare(connection, size);
    await connection.config('RESETSTAT');
    const before = await processorTime(connection);
    const reply: unknown = await connection.eval(SCRIPTS[script].lua, keys.length, ...keys, ...args);
    microseconds = Math.min(microseconds, Math.round((await processorTime(connection)) - before));
    const [refused] = Array.isArray(reply) ? (reply as unknown[]) : [];
    if (typeof refused === 'string' && /missing|reused|full|crowded/.test(refused))
      throw new Error(`${script} refuses what it is to be measured on: ${refused}`);
    const stats = [...(await connection.info('commandstats')).matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)];
    commands = stats
      .filter(([, name = '']) => !['eval', 'info', 'config|resetstat'].includes(name))
      .reduce((sum, [, , calls]) => sum + Number(calls), 0);
  }
  await connection.flushall();
  return { commands, microseconds };
}

async function processorTime(connection: Redis): Promise<number> {
  const info = await connection.info('cpu');
  const [user, system] = ['user', 'sys'].map((kind) =>
    Number(new RegExp(`used_cpu_${kind}_main_thread:([\\d.]+)`).exec(info)?.[1]),
  ) as [number, number];
  return (user + system) * 1_000_000;
}
