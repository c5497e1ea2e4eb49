import Table, { type HorizontalTableRow, type TableConstructorOptions } from 'cli-table3';

/** A table for the terminal, without colours: it ends up in pipes, files and tickets too. */
export function drawTable(options: TableConstructorOptions, rows: readonly HorizontalTableRow[]): string {
  const table = new Table({ ...options, style: { ...options.style, head: [], border: [] } });
  table.push(...rows);
  return table.toString();
}

/** A table for the terminal and for pages: the first column is text, the others are figures. */
export interface Figures {
  head: string[];
  rows: string[][];
}

/** @returns it as the terminal shows it. */
export function drawn({ head, rows }: Figures): string {
  return drawTable({ head, colAligns: head.map((_, i) => (i === 0 ? 'left' : 'right')) }, rows);
}

/** @returns it as lines of Markdown. */
export function markdown({ head, rows }: Figures): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)];
}
