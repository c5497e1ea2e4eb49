import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../../lib/constructs/functions/bundle';
import { drawn, markdown } from '../../../../lib/tools/text/table';

test('a table has no colours: it ends up in pipes and files', () => {
  const text = drawn({ head: ['what', 'ms'], rows: [['hit', '0.2']] });
  expect(text).toContain('hit');
  expect(text).not.toContain('\u001b');
});

test('a table that is wider than the terminal is lines that fit; a pipe gets the table', () => {
  const table = {
    head: ['node', 'zone', ''],
    rows: [
      ['local-0001-001', '127.0.0.1:11797', '▁▂'],
      ['local-0002-001', '', '▁'],
    ],
  };
  const { isTTY, columns } = process.stdout;
  try {
    Object.assign(process.stdout, { isTTY: true, columns: 30 });
    expect(drawn(table)).toBe('local-0001-001\n  zone: 127.0.0.1:11797\n  ▁▂\nlocal-0002-001\n  ▁');
    Object.assign(process.stdout, { columns: 120 });
    expect(drawn(table)).toContain('┌');
    Object.assign(process.stdout, { isTTY: false, columns: 30 });
    expect(drawn(table)).toContain('┌');
  } finally {
    Object.assign(process.stdout, { isTTY, columns });
  }
});

test('figures stand on the right and text on the left, whatever its column', () => {
  const table = {
    head: ['fault', 'added', 'promise', 'what happens'],
    rows: [
      ['busy', '61 ms', 'holds', 'a script that does not end'],
      ['cut', 'none', 'holds', '1 connection is reset'],
      ['loading', '151 ms', 'holds', 'a primary answers LOADING'],
    ],
  };
  expect(markdown(table)[1]).toBe('| --- | ---: | --- | --- |');
  expect(drawn(table)).toContain('│ cut     │   none │ holds   │ 1 connection is reset      │');
});

test('every program draws its tables by this one', () => {
  const files = ['bin', 'lib'].flatMap((folder) =>
    readdirSync(path.join(PROJECT_ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
      .map((file) => path.join(folder, file)),
  );
  const drawing = files.filter((file) => readFileSync(path.join(PROJECT_ROOT, file), 'utf8').includes("'cli-table3'"));
  expect(drawing).toEqual(['lib/tools/text/table.ts']);
});
