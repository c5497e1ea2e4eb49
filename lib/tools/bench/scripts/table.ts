import type { Figures } from '../../text/table';
import { thousands } from '../../text/thousands';
import type { ScriptCost } from './measure';

/** What nobody else on a node waits for longer than, us. */
const MOST_MICROSECONDS = 20_000;

export interface ScriptFigures extends ScriptCost {
  script: string;
  /** What the script meets. */
  fed: string;
}

/** One row a script: the case that costs it most. */
export function scriptTable(figures: readonly ScriptFigures[]): Figures {
  const costliest = [...figures].sort((a, b) => b.microseconds - a.microseconds);
  const scripts = [...new Set(costliest.map(({ script }) => script))];
  return {
    head: ['script', 'what costs it most', 'commands in it', 'µs of processor', 'of 20 ms'],
    rows: scripts.map((script) => {
      const { fed = '', commands = 0, microseconds = 0 } = costliest.find((each) => each.script === script) ?? {};
      const share = `${((microseconds / MOST_MICROSECONDS) * 100).toFixed(0)} %`;
      return [`\`${script}\``, fed, thousands(commands), thousands(microseconds), share];
    }),
  };
}
