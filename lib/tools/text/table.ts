import Table, { type Cell, type HorizontalTableRow, type TableConstructorOptions } from 'cli-table3';

/** A table for the terminal, without colours: it ends up in pipes, files and tickets too. */
export function drawTable(options: TableConstructorOptions, rows: readonly HorizontalTableRow[]): string {
  const table = new Table({ ...options, style: { ...options.style, head: [], border: [] } });
  table.push(...rows);
  const drawn = table.toString();
  // Its first line is a border, so it is as wide as it is long.
  const width = drawn.indexOf('\n');
  const { isTTY, columns } = process.stdout;
  return isTTY && width > columns ? asRecords(options.head ?? [], rows) : drawn;
}

/**
 * Where a table is wider than the terminal its lines would break: each row becomes some lines, the first cell above the
 * others.
 */
function asRecords(head: readonly string[], rows: readonly HorizontalTableRow[]): string {
  const text = (cell: Cell): string =>
    typeof cell === 'object' && cell !== null ? text(cell.content) : String(cell ?? '');
  return rows
    .map((row) => {
      const [first = '', ...others] = row.map(text);
      const named = others.map((value, i) => [head[i + 1] ?? '', value] as const).filter(([, value]) => value !== '');
      return [first, ...named.map(([name, value]) => (name === '' ? `  ${value}` : `  ${name}: ${value}`))].join('\n');
    })
    .join('\n');
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
