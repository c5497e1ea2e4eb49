/** A command of ours in a text, up to where a sentence goes on; the colon of a prefix is part of it. */
const COMMAND = /npm run ops -- (?!--)(?:purge [a-z\d]+:|[a-z])[^\n.,;:()"`]*/g;

/** @returns the option that names a target: a stage, or `local`. */
export const optionOf = (targetName: string): string => (targetName === 'local' ? '--local' : `--stage ${targetName}`);

/**
 * Makes every command of a text one that can be typed as it stands: it names the stage that was asked.
 * @param targetName of the target: a stage, or `local`
 */
export function typed(text: string, targetName: string): string {
  const option = optionOf(targetName);
  return text.replace(COMMAND, (command) => {
    const named = command.replace(/--stage local\b/, '--local');
    if (/--(stage|local|help)\b/.test(named)) return named;
    const end = named.trimEnd();
    return `${end} ${option}${named.slice(end.length)}`;
  });
}
