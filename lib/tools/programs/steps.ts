import { canRedraw } from './terminal';

/** A step's way to say what it does now; the line changes in place. */
export type Tell = (text: string) => void;

/**
 * Shows a step while it works, then its result behind a tick; a step that fails ends with a cross. Where lines can't change in
 * place (no terminal, a terminal of 0 columns, CI) only its beginning and its end are printed.
 * @param work returns what it made, and the line that stays.
 */
export async function step<T>(text: string, work: (tell: Tell) => Promise<{ value: T; line: string }>): Promise<T> {
  const { default: ora } = await import('ora');
  const spinner = ora({ text, ...(canRedraw(process.stderr) ? {} : { isEnabled: false }) }).start();
  try {
    const { value, line } = await work((now) => (spinner.text = now));
    spinner.succeed(line);
    return value;
  } catch (error) {
    spinner.fail();
    throw error;
  }
}
