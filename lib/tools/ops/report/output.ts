import type { WayBack } from '../../../../lambda/diagnosis/evidence';
import { drawTable } from '../../text/table';
import { EXIT, type ExitCode } from './errors';

/** What a command found or did: for programs, for people, and as an exit code. */
export interface Report {
  /** What `--json` prints. */
  data: unknown;
  text: string;
  exitCode: ExitCode;
}

/** @param attention whether somebody should look at it. */
export function report(data: unknown, text: string, attention = false): Report {
  return { data, text, exitCode: attention ? EXIT.attention : EXIT.ok };
}

/** @returns what a lever would do: `--yes` was missing. */
export const dryRun = (data: unknown, text: string): Report => ({ data, text, exitCode: EXIT.notConfirmed });

/** How what ended comes back, for people; a list, which is empty where it does by itself. */
export const wayBackLines = (wayBack: WayBack | undefined): string[] =>
  wayBack === undefined ? [] : [`way back: ${wayBack.next} (${wayBack.risk})`];

/** A table without lines between its rows. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return drawTable(
    { head: [...head], style: { compact: true } },
    rows.map((row) => [...row]),
  );
}

/** At most two decimals, and what is missing as a dash. */
export function figure(value: number | undefined, unit = ''): string {
  if (value === undefined) return '-';
  return `${value.toLocaleString('en-US', { maximumFractionDigits: 2 })}${unit === '' ? '' : ` ${unit}`}`;
}

/** `15m`, `2h`, `1d` in ms. @throws RangeError */
export function duration(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,3})([smhd])$/.exec(text) ?? [];
  const ms = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit ?? ''];
  if (count === undefined || ms === undefined)
    throw new RangeError(`"${text}" is no time span. Write a number from 1 to 9999 and s, m, h or d: 15m, 2h.`);
  return Number(count) * ms;
}
