import { once } from 'node:events';
import { Command } from 'commander';
import { showExamples } from '../lib/tools/start/examples';
import { namingFullDisk } from '../lib/tools/start/full-disk';
import { startStage } from '../lib/tools/start/start-stage';
import { runProgram } from '../lib/tools/programs/run-program';

const program = new Command('npm start --')
  .description(
    'Starts the whole system on this machine: PostgreSQL with generated listings, a Valkey cluster, the ' +
      'functions and a gateway',
  )
  .addHelpText(
    'after',
    `
Environment:
  PORT                 where the gateway listens on 127.0.0.1 (default 3000; 0 takes a free one)
  DATABASE_URL         use this PostgreSQL as it is; nothing is generated
  VALKEY_SERVER        use this valkey-server (default: the one on the PATH, else the distribution's package)
  CARFIN_CACHE_FOLDER  where engines and listings are kept
                       (default: /var/cache/carfin-cache as root, else ~/.cache/carfin-cache)`,
  );

runProgram(program, async (run) => {
  const url = await startStage(run).catch((error: unknown) => {
    throw namingFullDisk(error);
  });
  await showExamples(url);
  if (!run.signal.aborted) await once(run.signal, 'abort');
  console.error('\nStopping…');
});
