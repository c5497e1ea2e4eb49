import { readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../../lib/constructs/functions/bundle';

/** One check of a page: what is typed, and the words that the page says are then to be read. */
export interface PageCheck {
  line: string;
  quoted: string[];
}

/**
 * Reads the checks of a runbook page that `npm run ops` plays; those of the AWS command line are left out.
 * @param file such as `memory`. @param node stands for `<node>`
 */
export function checksOf(file: string, node: string): PageCheck[] {
  const page = readFileSync(path.join(PROJECT_ROOT, 'docs/runbooks', `${file}.md`), 'utf8');
  const checks = /\n## Check\n([^]*?)\n## /.exec(page)?.[1] ?? '';
  return checks
    .replaceAll('<node>', node)
    .split(/\n(?=\d+\. )/)
    .map((each): PageCheck => {
      const [command = '', ...words] = [...each.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
      const line = command.replace('npm run ops -- ', '').replace(' --stage <stage>', '');
      return { line: command.startsWith('npm run ops') ? line : '', quoted: words.filter((word) => !isCommand(word)) };
    })
    .filter(({ line }) => line !== '');
}

/** A page names other commands in the same type. */
const isCommand = (word: string) => /^(logs|npm|aws) /.test(word);
