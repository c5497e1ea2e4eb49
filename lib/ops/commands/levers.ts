import type { Command } from 'commander';
import { EXIT, OperationError } from '../errors';
import type { AddCommand } from '../program';
import { pageTest, planPage } from './page-test';
import { warm } from './warm';

const CONFIRM = ['--yes', 'do it; without this it is only shown'] as const;

/** Commands that change something. Each shows what it would do unless `--yes` is given. */
export function registerLevers(_: Command, addAny: AddCommand): void {
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
  add('warm', 'runs the warm-up and follows it', (target, __, { force, allowShrink, yes }, progress) =>
    allowShrink && !yes
      ? Promise.resolve({
          data: { wouldPublish: 'whatever the table says' },
          text: 'Would publish the catalogue even if the table is empty or has lost more than half of its listings: people then find nothing. Look at the table first, then pull it with --yes.',
          exitCode: EXIT.notConfirmed,
        })
      : warm(target, { ...(force ? { force: true } : {}), ...(allowShrink ? { allowShrink: true } : {}) }, progress),
  )
    .option('--force', 'read the table even if it looks unchanged')
    .option('--allow-shrink', 'publish although the catalogue is empty or has shrunk')
    .option(...CONFIRM);
  add(
    'page-test',
    'sends a test page and proves its delivery as far as AWS can tell',
    (target, __, { yes }, progress) => (yes ? pageTest(target, progress) : planPage(target)),
  ).option(...CONFIRM);
}
