import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A JSON schema, as far as pages tell of it. */
export interface Schema {
  $ref?: string;
  pattern?: string;
  const?: unknown;
  type?: string | string[];
  enum?: unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  minLength?: number;
  minItems?: number;
  maxItems?: number;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
}

/** What fills a page's markers: a text or number within a line, or the lines of a table. */
export type Values = Readonly<Record<string, string | number | readonly string[]>>;

/**
 * @param name of a page in `pages`, which is Markdown with `{{markers}}` for what is made of code and results
 * @throws Error for a marker without a value, and for a value without a marker
 */
export function filledPage(name: string, values: Values): string {
  const file = path.join(__dirname, 'pages', `${name}.md`);
  const unused = new Set(Object.keys(values));
  const text = readFileSync(file, 'utf8').replaceAll(/\{\{(\w+)\}\}/g, (_, marker: string) => {
    const value = values[marker];
    if (value === undefined) throw new Error(`${file}: nothing fills {{${marker}}}.`);
    unused.delete(marker);
    return typeof value === 'object' ? value.join('\n') : String(value);
  });
  if (unused.size > 0) throw new Error(`${file} has no {{${[...unused].join('}}, {{')}}}.`);
  return text;
}

/** @returns a table of texts as lines of Markdown. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [head, head.map(() => '---'), ...rows].map(line);
}
