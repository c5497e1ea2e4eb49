import { BYPASS_SECONDS, purgePrefix, type Shown, type Purged } from '../../../../lambda/levers/request';
import { EXIT, OperationError } from '../report/errors';
import { dryRun, duration, figure, report, table, type Report } from '../report/output';
import type { Target } from '../stage/target';
import { bypassText } from '../../../../lambda/diagnosis/bypass-text';
import { operate } from './catalogue';

export interface BypassOptions {
  /** Leave out Valkey altogether, not only stored answers. */
  valkey?: boolean;
  /** Such as 1h. */
  for: string;
  yes?: boolean;
}

/** Has searches do without stored answers, or without Valkey; it ends by itself. */
export async function bypass(target: Target, state: 'on' | 'off', options: BypassOptions): Promise<Report> {
  const scope = options.valkey ? 'valkey' : 'answers';
  const seconds = duration(options.for) / 1_000;
  // As the function takes it: a dry run promises nothing that it would refuse.
  if (seconds < BYPASS_SECONDS.least || seconds > BYPASS_SECONDS.most)
    throw new OperationError(`--for must be from 1m to 1d; received ${options.for}`, EXIT.usage);
  if (!options.yes) {
    const { bypass: now } = await operate<Shown>(target, { operation: 'show' });
    if (state === 'off' && now === undefined) return report({ now }, `${bypassText(now)} There is nothing to do.`);
    const would = state === 'off' ? bypassText(undefined) : `${bypassText({ scope, seconds })} ${consequence(scope)}`;
    return dryRun({ now }, `Now: ${bypassText(now)}\nWith --yes, within a second: ${would}`);
  }
  const done = await operate<Pick<Shown, 'bypass'>>(target, {
    operation: 'bypass',
    ...(state === 'on' ? { scope, seconds } : {}),
  });
  return report({ bypass: done.bypass }, bypassText(done.bypass));
}

function consequence(scope: 'answers' | 'valkey'): string {
  return scope === 'answers'
    ? 'The database is asked no more than before.'
    : 'Each search costs the database a query by primary key, so the hit rate falls to 0: watch its load.';
}

/** Removes the keys with a prefix, after showing how many there are. */
export async function purge(
  target: Target,
  prefix: string,
  { people = false, yes = false }: { people?: boolean; yes?: boolean },
): Promise<Report> {
  const { error: broken } = purgePrefix.safeParse(prefix);
  if (broken !== undefined)
    throw new OperationError(`A prefix ${broken.issues[0]?.message ?? ''}; received "${prefix}".`, EXIT.usage);
  const done = await operate<Purged>(target, { operation: 'purge', prefix, people, pull: yes });
  const nodes = table(
    ['node', 'keys'],
    Object.entries(done.found).map(([node, count]) => [node, figure(count)]),
  );
  const more = done.unfinished ? '\nNot all were seen (time ran out, or a node took over): run it again.' : '';
  if (yes)
    return report(
      done,
      `${nodes}\nRemoved ${figure(done.removed)} keys that begin with ${prefix}${more}`,
      done.unfinished,
    );
  const would = `Would remove the keys that begin with ${prefix} (${loss(prefix)}). Do it with --yes.`;
  return dryRun(done, `${nodes}\n${would}${more}`);
}

function loss(prefix: string): string {
  if (prefix.startsWith('search:')) return 'each question is answered by the index once more';
  if (prefix.startsWith('rec:') || prefix.startsWith('image:')) return 'each is fetched or computed once more';
  return 'people lose what they said and what agents know of them, for good';
}
