import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { generatedPages } from '../lib/docs/generated';
import { PROJECT_ROOT } from '../lib/functions/bundle';

/** Writes the pages that are made from the code. */
async function main(): Promise<void> {
  for (const [file, text] of Object.entries(await generatedPages())) {
    writeFileSync(path.join(PROJECT_ROOT, file), text);
    console.log(file);
  }
}

void main();
