import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/functions/bundle';
import { parseSettings } from '../../stages/parse-settings';
import { AwsTarget } from '../ops/aws/aws-target';
import { commandNames, createProgram } from '../ops/program';
import { withClient } from '../example-data/vehicles-table';
import { become, becomeRoot } from './existing-account';
import { boardServes, runLine, type Line } from './ops-line';
import type { Rehearsal } from './rehearsal';
import { output, GROUP } from './state';

/**
 * Every command; the emulated nodes have no metrics, so what rests on those is not known, and nothing may be refused.
 */
const LINES: readonly Line[] = [
  ['status', 1, /carfin-prod, available, valkey 7\.2[^]*paged: [^]*events of ElastiCache: topic active/],
  ['promises', 0, /searches answered/],
  ['alarms', 1, /PeopleFeelIt[^]*ALARM/],
  ['diagnose HitRate', 1, /HitRate/],
  ['board --json', 0, /"alarms": \{\s+"known": true/],
  ['doctor', 0, /ok │ Valkey {3}│ permission[^]*ok │ database │ table/],
  ['logs search --since 1h', 0, /./],
  ['search budgetMax=3200 budgetMin=2500', 0, /200, X-Cache: \w+[^]*matches/],
  // What has changed may have been published by the minute's own warm-up a moment ago.
  ['warm --force', 0, /^(published|unchanged): /m],
  ['catalogue show', 0, /served[^]*Not pinned/],
  ['catalogue rollback --yes', 0, /Serving catalogue/],
  ['catalogue unpin --yes', 0, /Unpinned/],
  ['cache bypass on --yes', 0, /./],
  ['cache bypass off --yes', 0, /./],
  ['purge search: --yes', 0, /\d/],
  ['page-test --yes', 0, /CloudWatch: Successfully executed action/],
  ['page-test --notices --yes', 0, /CloudWatch: Successfully executed action/],
  // Somebody is forgotten in the second stage.
  ['forget-again --since 2026-01-01T00:00:00Z --yes', 0, /^Removals since 2026[^;]*: 0; /],
];

/** As the role of the engineer on call, and nobody else. */
export async function operatorRunsEverything(rehearsal: Rehearsal): Promise<string> {
  const settings = parseSettings('prod', rehearsal.settings());
  const commands = commandNames(createProgram({} as never));
  const untried = commands.filter((name) => !LINES.some(([line]) => line.startsWith(name)));
  assert.deepEqual(untried, [], 'every command of ops is tried as the operator');
  const queue = await output('WarmUpDeadLetters');
  // Another catalogue to publish, and one to go back to.
  await withClient(rehearsal.postgres.ownerUrl, (client) =>
    client.query('UPDATE vehicles SET price = price + 1 WHERE vehicle_id % 100 = 0'),
  );
  await become(`${GROUP}-operator`);
  try {
    const wrong: string[] = [];
    for (const line of LINES) wrong.push(...(await runLine(new AwsTarget('prod', settings), line)));
    wrong.push(...(await boardServes(new AwsTarget('prod', settings))));
    const runbooks = runbookCommands({
      instance: settings.database.instanceIdentifier,
      'replication group': GROUP,
      group: GROUP,
      node: `${GROUP}-0001-001`,
      WarmUpDeadLetters: queue,
      from: new Date(Date.now() - 3_600_000).toISOString(),
      to: new Date().toISOString(),
    });
    for (const words of runbooks) {
      const { code, output: said } = await rehearsal.emulator.aws(...words);
      if (code !== 0) wrong.push(`aws ${words.join(' ')}: ended with ${code}\n${said}`);
    }
    assert.ok(wrong.length === 0, wrong.join('\n\n'));
    return `${LINES.length} lines of ops, the board, ${runbooks.length} commands of runbooks`;
  } finally {
    becomeRoot();
    await become('engineer');
  }
}

/** Each `aws …` of the runbooks once, with its placeholders filled. */
function runbookCommands(known: Readonly<Record<string, string>>): string[][] {
  const folder = path.join(PROJECT_ROOT, 'docs/runbooks');
  const lines = readdirSync(folder).flatMap((page) =>
    [...readFileSync(path.join(folder, page), 'utf8').matchAll(/`aws ([^`]+)`/g)].map(([, line = '']) => line),
  );
  const fill = (word: string) =>
    word.replace(/<([^>]+)>/g, (_, name: string) => {
      const value = known[name];
      if (value === undefined) throw new Error(`A runbook's command has <${name}>: say here what that is.`);
      return value;
    });
  // PyPI has version 1 of `aws`, which knows no `logs tail`.
  const own = [...new Set(lines)].filter((line) => !line.startsWith('logs tail'));
  return own.map((line) => (line.match(/(?:<[^>]*>|[^\s<])+/g) ?? []).map(fill));
}
