import { canRedraw } from './terminal';

/** A step's way to say what it does now; the line changes in place. */
export type Tell = (text: string) => void;

/**
 * Shows a step while it works, then its result behind a tick; a step that fails ends with a cross. Where lines can't
 * change in place (no terminal, a terminal of 0 columns, CI) only its beginning and its end are printed.
 * @param work returns what it made, and the line that stays.
 */
export async function step<T>(text: string, work: (tell: Tell) => Promise<{ value: T; line: string }>): Promise<T> {
  const { default: ora } = await import('ora');
  const redraws = canRedraw(process.stderr);
  // ora would set the terminal raw: a Ctrl-C then waits until this process reads it, and is lost where a step just
  // ended. It knows no NO_COLOR.
  const color = process.env.NO_COLOR ? { color: false as const } : {};
  const spinner = ora({ text, discardStdin: false, ...color, ...(redraws ? {} : { isEnabled: false }) }).start();
  // Colours are for terminals; the lines of others end up in files.
  const plain = (symbol: string, line?: string) =>
    spinner.stopAndPersist({ symbol, ...(line === undefined ? {} : { text: line }) });
  try {
    const { value, line } = await work((now) => (spinner.text = now));
    if (redraws) spinner.succeed(line);
    else plain('✔', line);
    return value;
  } catch (error) {
    if (redraws) spinner.fail();
    else plain('✖');
    throw error;
  }
}
