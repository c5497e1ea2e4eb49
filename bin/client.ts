import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { bundleClient, CLIENT_FILES } from '../lib/client/bundle';
import { PROJECT_ROOT } from '../lib/constructs/functions/bundle';
import { runProgram } from '../lib/tools/programs/run-program';

const program = new Command('npm run client --').description(
  'Writes the client for the application into dist/client (docs/client.md)',
);

runProgram(program, () => {
  const folder = path.join(PROJECT_ROOT, 'dist/client');
  mkdirSync(folder, { recursive: true });
  bundleClient(folder);
  for (const file of Object.values(CLIENT_FILES)) console.log(path.join('dist/client', file));
});
