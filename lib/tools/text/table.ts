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

/** A table for the terminal and for pages. */
export interface Figures {
  head: string[];
  rows: string[][];
}

/** Figures stand on the right, one under the other; the first column, and what is mostly text, on the left. */
function alignments({ head, rows }: Figures): ('left' | 'right')[] {
  return head.map((_, i) => {
    const figures = rows.filter((row) => /^[\d−-]/.test(row[i] ?? ''));
    return i > 0 && figures.length * 2 >= rows.length ? 'right' : 'left';
  });
}

/** @returns it as the terminal shows it. */
export function drawn(table: Figures): string {
  return drawTable({ head: table.head, colAligns: alignments(table) }, table.rows);
}

/** @returns it as lines of Markdown. */
export function markdown(table: Figures): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = alignments(table).map((each) => (each === 'left' ? '---' : '---:'));
  return [line(table.head), line(rule), ...table.rows.map(line)];
}
