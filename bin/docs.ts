import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { keepExamples } from '../lib/tools/docs/examples';
import { generatedPages } from '../lib/tools/docs/generated';
import { recordExamples } from '../lib/tools/docs/record-examples';
import { PROJECT_ROOT } from '../lib/constructs/functions/bundle';
import { CODES, runProgram } from '../lib/tools/programs/run-program';

const program = new Command('npm run docs --')
  .description('Writes the pages that are made from the code and from saved results')
  .option('--check', 'write nothing; fail if a committed page is not what would be written')
  .option('--record', 'first send the examples of docs/api.md to a local stage and keep its answers');

async function main(): Promise<number> {
  const { check, record } = program.opts<{ check?: true; record?: true }>();
  if (record) keepExamples(await recordExamples());
  let stale = 0;
  for (const [name, text] of Object.entries(await generatedPages())) {
    const file = path.join(PROJECT_ROOT, name);
    if (existsSync(file) && readFileSync(file, 'utf8') === text) continue;
    if (check) {
      console.error(`${name} is not what the code and the results say; npm run docs writes it.`);
      stale++;
      continue;
    }
    writeFileSync(file, text);
    console.log(name);
  }
  return stale === 0 ? CODES.ok : CODES.found;
}

runProgram(program, main);
