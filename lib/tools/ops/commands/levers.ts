import { Argument, type Command } from 'commander';
import { EXIT, OperationError } from '../report/errors';
import { dryRun } from '../report/output';
import { spanArgument, type AddCommand } from './command';
import { bypass, purge, type BypassOptions } from './cache';
import { rollback, showCatalogue, unpin } from './catalogue';
import { forgetAgain } from './forget-again';
import { pageTest, planPage } from './page-test';
import { warm } from './warm';

const CONFIRM = ['--yes', 'do it; without this it is only shown'] as const;

/** Commands that change something. Each shows what it would do unless `--yes` is given. */
export function registerLevers(program: Command, addAny: AddCommand): void {
  const add: AddCommand = (name, description, run, parent) =>
    addAny(
      name,
      description,
      (target, args, options, progress) => {
        if (options.watch === undefined) return run(target, args, options, progress);
        throw new OperationError('--watch is only for commands that change nothing.', EXIT.usage);
      },
      parent,
    );
  addWarm(add);
  addCatalogue(program, add, addAny);
  addBypass(program, add);
  addRemovals(add);
  addPageTest(add);
}

function addWarm(add: AddCommand): void {
  add(
    'warm',
    'runs the warm-up and follows it; at once, but for --allow-shrink',
    (target, __, { force, allowShrink, yes }, progress) =>
      allowShrink && !yes
        ? Promise.resolve(
            dryRun(
              { wouldPublish: 'whatever the table says' },
              'Would publish the catalogue even if the table is empty or has lost more than half of its listings: ' +
                'people then find nothing. Look at the table first, then do it with --yes.',
            ),
          )
        : warm(target, { ...(force ? { force: true } : {}), ...(allowShrink ? { allowShrink: true } : {}) }, progress),
  )
    .option('--force', 'read the table even if it looks unchanged')
    .option('--allow-shrink', 'publish although the catalogue is empty or has shrunk')
    .option(...CONFIRM);
}

function addCatalogue(program: Command, add: AddCommand, addAny: AddCommand): void {
  const catalogue = program.command('catalogue').description('show, rollback, unpin: which catalogue is served');
  add(
    'rollback [version]',
    'goes back to the catalogue before, or to this one, and keeps it',
    (target, [version], { yes }) => rollback(target, version, yes === true),
    catalogue,
  ).option(...CONFIRM);
  add('unpin', 'lets warm-ups publish again', (target, _, { yes }) => unpin(target, yes === true), catalogue).option(
    ...CONFIRM,
  );
  addAny(
    'show',
    'the catalogues that are kept, which one is served, and whether the cache is bypassed',
    (target) => showCatalogue(target),
    catalogue,
  );
}

function addBypass(program: Command, add: AddCommand): void {
  const cache = program.command('cache').description('bypass on, bypass off: whether searches use the cache');
  add(
    'bypass',
    'searches do without stored answers; it ends by itself',
    (target, [state], options) => bypass(target, state === 'on' ? 'on' : 'off', options as unknown as BypassOptions),
    cache,
  )
    .addArgument(new Argument('<state>', 'on or off').choices(['on', 'off']))
    .option('--valkey', 'without Valkey altogether: the index in memory and the database answer')
    .option('--for <span>', 'how long, 1m to 1d', spanArgument, '1h')
    .option(...CONFIRM);
}

function addRemovals(add: AddCommand): void {
  add('forget-again', 'after a restore: forgets whom the snapshot has brought back', (target, _, { since, yes }) =>
    forgetAgain(target, since as string, yes === true),
  )
    .requiredOption('--since <time>', 'when the snapshot was taken, ISO 8601')
    .option(...CONFIRM);
  add(
    'purge <prefix>',
    'removes the keys with a prefix: search:, rec: or image:, or longer',
    (target, [prefix = ''], options) => purge(target, prefix, options),
  )
    .option('--people', 'also a2a:, chat: and pref:, which hold what people said')
    .option(...CONFIRM);
}

function addPageTest(add: AddCommand): void {
  add(
    'page-test',
    'sets a test alarm and follows it to the delivery, as far as AWS can tell',
    (target, __, { yes, notices }, progress) => {
      const channel = notices ? 'notices' : 'pages';
      return yes ? pageTest(target, channel, progress) : planPage(target, channel);
    },
  )
    .option('--notices', 'the channel that is read in the morning')
    .option(...CONFIRM);
}
