import { ago } from '../../text/ago';
import type { Lever, RolledBack, Shown } from '../../../../lambda/levers/request';
import { dryRun, figure, report, table, type Report } from '../report/output';
import { bypassText } from '../../../../lambda/diagnosis/bypass-text';
import type { Target } from '../stage/target';

/** Runs one operation inside the VPC, in the name of who is signed in. @throws OperationError */
export async function operate<T>(target: Target, lever: Lever): Promise<T> {
  const looks = lever.operation === 'show' || lever.operation === 'nodes';
  const request = looks ? lever : { ...lever, by: await target.operator() };
  return (await target.invoke('operations', request)) as T;
}

/** Which catalogues are kept, which one is served, and whether searches bypass the cache. */
export async function showCatalogue(target: Target, now = Date.now()): Promise<Report> {
  const shown = await operate<Shown>(target, { operation: 'show' });
  const { current, confirmedAt, pinned, versions } = shown;
  const marks = (version: string) =>
    [version === current ? 'served' : '', version === pinned ? 'pinned' : ''].filter((mark) => mark !== '').join(', ');
  const text = [
    table(
      ['catalogue', 'published', 'listings', 'searchable', ''],
      versions.map(({ version, publishedAt, listings, searchable }) => [
        version,
        `${ago(publishedAt, now)} ago`,
        figure(listings),
        figure(searchable),
        marks(version),
      ]),
    ),
    current === undefined
      ? 'current: none is published'
      : `current: ${current}, confirmed ${confirmedAt === undefined ? 'never' : `${ago(confirmedAt, now)} ago`}`,
    pinned === undefined
      ? 'Not pinned: warm-ups publish what the table says.'
      : `Pinned to ${pinned}: nothing else is published until: npm run ops -- catalogue unpin`,
    bypassText(shown.bypass),
  ].join('\n');
  return report(
    { ...shown, pinned, bypass: shown.bypass },
    text,
    current === undefined || pinned !== undefined || shown.bypass !== undefined,
  );
}

/** Goes back to a catalogue that was served before, and keeps it. */
export async function rollback(target: Target, version: string | undefined, yes: boolean): Promise<Report> {
  const done = await operate<RolledBack>(target, {
    operation: 'rollback',
    ...(version === undefined ? {} : { version }),
    pull: yes,
  });
  const missing =
    done.missingListings === 0
      ? 'all its listings are in Valkey'
      : `${figure(done.missingListings)} of its listings are gone from Valkey and come from the database, a query ` +
        'a page';
  const what =
    `catalogue ${done.to} (${figure(done.searchable)} searchable; ${missing}) ` + `in place of ${done.from ?? 'none'}`;
  if (!yes)
    return dryRun(
      done,
      `Would serve ${what}, within a second, and publish nothing else until: npm run ops -- catalogue unpin. ` +
        'Do it with --yes.',
    );
  return report(done, `Serving ${what}. Changes of the table are not served until: npm run ops -- catalogue unpin`);
}

/** Lets warm-ups publish again. */
export async function unpin(target: Target, yes: boolean): Promise<Report> {
  if (!yes) {
    const { current, pinned } = await operate<Shown>(target, { operation: 'show' });
    if (pinned === undefined) return report({ pinned }, 'Nothing is pinned; there is nothing to do.');
    const text =
      `Would let the next warm-up publish what the table says now, in place of ${current ?? 'none'}. Do it with ` +
      '--yes.';
    return dryRun({ pinned }, text);
  }
  const done = await operate<{ unpinned: boolean }>(target, { operation: 'unpin' });
  return report(
    done,
    done.unpinned ? 'Unpinned. The next warm-up publishes, within a minute; at once with: warm' : 'Nothing was pinned.',
  );
}
