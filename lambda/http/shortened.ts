/** Characters of what came that an error shows. */
const MOST_SHOWN = 100;

/** @returns the beginning of the text, cut between two characters. */
export function shortened(text: string, most = MOST_SHOWN): string {
  if (text.length <= most) return text.toWellFormed();
  const last = text.codePointAt(most - 1) ?? 0;
  return `${text.slice(0, last > 0xffff ? most - 1 : most).toWellFormed()}…`;
}
