/** A record of a query: its fields by name, those of structures by their path. */
type Row = Record<string, unknown>;

/**
 * Evaluates the part of CloudWatch Logs Insights' language that our queries use, by its documentation
 * (CWL_QuerySyntax). Stricter than CloudWatch, which gives an empty column for a field that no line has.
 * @throws Error for any other command, and for a field that a record lacks
 */
export function evaluate(query: string, lines: readonly string[]): Row[] {
  const commands = query.split('\n| ').map((line) => /^(\w+) (.*)$/.exec(line) ?? [line]);
  return commands.reduce<Row[]>(
    (rows, [line, name = '', rest = '']) => {
      const command = COMMANDS[name];
      if (command === undefined) throw new Error(`No such command is known here: ${line}`);
      return command(rows, rest);
    },
    lines.map((line) => ({ '@message': line })),
  );
}

const COMMANDS: Readonly<Record<string, (rows: Row[], rest: string) => Row[]>> = {
  filter: (rows, rest) => {
    const [, field, pattern] = match(/^(\S+) like \/(.*)\/$/, rest);
    return rows.filter((row) => new RegExp(pattern).test(String(valueOf(row, field))));
  },
  fields: (rows, rest) => {
    const [, field, alias] = match(/^jsonParse\((\S+)\) as (\w+)$/, rest);
    return rows.map((row) => ({ ...row, [alias]: JSON.parse(String(valueOf(row, field))) as unknown }));
  },
  unnest: (rows, rest) => {
    const [, field, alias] = match(/^(\S+) into (\w+)$/, rest);
    return rows.flatMap((row) => [valueOf(row, field)].flat().map((element) => ({ ...row, [alias]: element })));
  },
  stats: (rows, rest) => {
    const [, sums, by] = match(/^(.*) by (.*)$/, rest);
    const groups = new Map<string, Row>();
    for (const row of rows) {
      const group = Object.fromEntries(by.split(', ').map((field) => [field, valueOf(row, field)]));
      const key = JSON.stringify(group);
      const total = groups.get(key) ?? group;
      groups.set(key, total);
      for (const sum of sums.split(', ')) {
        const [, field, alias] = match(/^sum\((\S+)\) as (\w+)$/, sum);
        total[alias] = Number(total[alias] ?? 0) + Number(valueOf(row, field));
      }
    }
    return [...groups.values()];
  },
  sort: (rows, rest) => {
    const keys = rest.split(', ').map((key) => match(/^(\S+) (asc|desc)$/, key));
    return [...rows].sort((a, b) => {
      for (const [, field, direction] of keys) {
        const [x, y] = [a[field], b[field]] as [number | string, number | string];
        if (x !== y) return x < y === (direction === 'asc') ? -1 : 1;
      }
      return 0;
    });
  },
  limit: (rows, rest) => rows.slice(0, Number(rest)),
};

function match(pattern: RegExp, text: string): [string, string, string] {
  const [all, first = '', second = ''] = pattern.exec(text) ?? [];
  if (all === undefined) throw new Error(`${text} is not of the form ${pattern.source}`);
  return [all, first, second];
}

/** @param field a name, or the path of a member of a structure. */
function valueOf(row: Row, field: string): unknown {
  const [name = '', ...path] = field in row ? [field] : field.split('.');
  const value = path.reduce<unknown>((part, each) => (part as Row | undefined)?.[each], row[name]);
  if (value === undefined) throw new Error(`A record has no field ${field}`);
  return value;
}
