import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { bundleClient, CLIENT_FILES } from '../lib/client/bundle';
import { PROJECT_ROOT } from '../lib/constructs/functions/bundle';

/** Writes the client for the application: docs/client.md. */
const folder = path.join(PROJECT_ROOT, 'dist/client');
mkdirSync(folder, { recursive: true });
bundleClient(folder);
for (const file of Object.values(CLIENT_FILES)) console.log(path.join('dist/client', file));
