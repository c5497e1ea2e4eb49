import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { madeOnce } from '../../../../lib/tools/engines/made-once';

let home: string;
let folder: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'carfin-once-'));
  folder = path.join(home, 'made');
});
afterEach(() => rmSync(home, { recursive: true }));

const writes = (text: string) => async (unfinished: string) => {
  writeFileSync(path.join(unfinished, 'by'), text);
  await turn();
};
const madeBy = () => readFileSync(path.join(folder, 'by'), 'utf8');

test('of two that make it at the same time the first one’s stays, and nothing else is left', async () => {
  await Promise.all([madeOnce(folder, writes('first')), madeOnce(folder, writes('second'))]);
  expect(madeBy()).toBe('first');
  await madeOnce(folder, () => Promise.reject(new Error('It is there already.')));
  expect(readdirSync(home)).toEqual(['made']);
});

test('what fails leaves nothing, and is made again', async () => {
  const breaks = async (unfinished: string) => {
    await writes('broken')(unfinished);
    throw new Error('no room');
  };
  await expect(madeOnce(folder, breaks)).rejects.toThrow('no room');
  expect(readdirSync(home)).toStrictEqual([]);
  await madeOnce(folder, writes('again'));
  expect(madeBy()).toBe('again');
});

test('what a process that was killed left is removed', async () => {
  mkdirSync(path.join(home, 'unfinished-4194305-1-a1b2c3'));
  await madeOnce(folder, writes('next'));
  expect(readdirSync(home)).toEqual(['made']);
});
