import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Command, Option } from 'commander';
import { ENV } from '../lambda/contract/environment';
import { PROJECT_ROOT } from '../lib/constructs/functions/bundle';
import { connectTarget } from '../lib/tools/ops/connect';
import { CODES, runProgram, type Run } from '../lib/tools/programs/run-program';
import { step } from '../lib/tools/programs/steps';
import { readLiveLog } from '../lib/tools/shadow/live-pairs';
import { originalEndpoint, originalSql, type OriginalSource } from '../lib/tools/shadow/original-source';
import { shadowPage } from '../lib/tools/shadow/page';
import { needsALook, reportOf, reportText, type ShadowReport } from '../lib/tools/shadow/report';
import { runSample } from '../lib/tools/shadow/run-sample';
import { readSample } from '../lib/tools/shadow/sample';
import { readNumber } from '../lib/tools/text/command-arguments';
import { thousands } from '../lib/tools/text/thousands';

interface Options {
  stage?: string;
  local?: true;
  sample?: string;
  live?: string;
  original?: string;
  concurrency: number;
  timeout: number;
  again: number;
  page?: string;
  json?: true;
}

const between = (least: number, most: number) => (value: string) => readNumber(value, least, most);

const program = new Command('npm run shadow --')
  .description(
    'Compares the original application’s answers and times with this project’s (docs/client.md, Moving over)',
  )
  .option('--stage <stage>', 'the stage that is asked')
  .addOption(new Option('--local', 'the system of a running npm start').conflicts('stage'))
  .option('--sample <file>', 'searches, one a line: budgetMin=2500&budgetMax=3200, or the original’s keys')
  .addOption(
    new Option('--live <file>', 'what the application logged of its live shadow, instead of asking').conflicts(
      'sample',
    ),
  )
  .option(
    '--original <url>',
    'a route of the application that searches as it did; without it the original’s SQL runs on DATABASE_URL, ' +
      'with --local on its database',
  )
  .option('--concurrency <n>', 'searches under way at once', between(1, 16), 2)
  .option('--timeout <ms>', 'for one answer', between(100, 60_000), 10_000)
  .option('--again <seconds>', 'after which differing searches are asked once more; 0 never', between(0, 3_600), 60)
  .option('--page <file>', 'the page that is written (default: dist/shadow-<stage>.html)')
  .option('--json', 'print data for programs instead of text')
  .addHelpText(
    'after',
    `
Ends with 0: every answer is the same or differs by a rule; 1: one differs or is missing; 2: it could not run.
SHADOW_AUTHORIZATION is sent to --original as its header Authorization.`,
  );

runProgram(program, async (run) => {
  const options = program.opts<Options>();
  const report = options.live === undefined ? await asked(options, run) : logged(options.live);
  const page = options.page ?? path.join(PROJECT_ROOT, 'dist', `shadow-${report.stage}.html`);
  mkdirSync(path.dirname(page), { recursive: true });
  writeFileSync(page, shadowPage(report));
  console.log(options.json ? JSON.stringify(report) : `${reportText(report)}\nThe page: ${page}`);
  return needsALook(report) ? CODES.found : CODES.ok;
});

async function asked(options: Options, run: Run): Promise<ShadowReport> {
  if (options.sample === undefined) throw new Error('Name the searches: --sample <file>, or --live <file>.');
  const sample = readSample(textOf('--sample', options.sample));
  const target = await connectTarget(options);
  // Whoever is not signed in hears it once, not of each search.
  await target.operator();
  const original = await run.own(
    () => sourceOf(options),
    ({ close }) => close(),
  );
  const pairs = await step(`Asking for ${thousands(sample.length)} searches`, async (tell) => {
    const value = await runSample(sample, original, target, {
      concurrency: options.concurrency,
      timeoutMs: options.timeout,
      signal: run.signal,
      onPair: (done) => tell(`${thousands(done)} of ${thousands(sample.length)} searches`),
      beforeAsking:
        options.again === 0
          ? undefined
          : (differing) => {
              tell(`${thousands(differing)} differ: asked again after ${options.again} s`);
              return sleep(options.again * 1_000, undefined, { signal: run.signal });
            },
    });
    return { value, line: `${thousands(sample.length)} searches, asked of both` };
  });
  return reportOf({ stage: target.name, original: original.name, at: new Date().toISOString(), notes: [] }, pairs);
}

/** @throws Error that names the option whose file can't be read */
function textOf(option: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`${option} can't be read: ${(cause as Error).message}`, { cause });
  }
}

/** @throws Error that says how the original can be asked */
async function sourceOf({ original, local, concurrency, timeout: timeoutMs }: Options): Promise<OriginalSource> {
  const limits = { concurrency, timeoutMs };
  if (original !== undefined) return originalEndpoint(original, limits, process.env.SHADOW_AUTHORIZATION);
  const { readRunFile } = await import('../lib/tools/ops/local/run-file');
  const url = local ? readRunFile().search[ENV.databaseUrl] : process.env.DATABASE_URL;
  if (url) return originalSql(url, limits);
  throw new Error(
    'Say how the original is asked: --original <URL of a route of the application>, or DATABASE_URL of its ' +
      'database, of a role that may only read (docs/deploy.md, step 2, has the way to a private one).',
  );
}

function logged(file: string): ShadowReport {
  const { pairs, notCarriedOver, notMirrored } = readLiveLog(textOf('--live', file));
  const notes = [
    ...(notCarriedOver > 0 ? [`Messages that the API refused, so they stay in the original: ${notCarriedOver}.`] : []),
    ...(notMirrored > 0
      ? [`Writes that the original did not take, so a rollback would miss them: ${notMirrored}.`]
      : []),
  ];
  const head = { stage: 'live', original: 'as the application asks it', at: new Date().toISOString(), notes };
  return reportOf(head, pairs);
}
