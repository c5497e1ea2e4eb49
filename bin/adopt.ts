import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Command, Option } from 'commander';
import { parseSettings } from '../lib/stages/parse-settings';
import { misnamed, readStageFile, stageFile } from '../lib/stages/stage-file';
import { STAGES, STAGES_FOLDER } from '../lib/stages/stages';
import { readAccount } from '../lib/tools/adopt/account';
import { adopt } from '../lib/tools/adopt/adopt';
import { checkSaid } from '../lib/tools/adopt/check-said';
import type { Said } from '../lib/tools/adopt/values';
import { CODES, runProgram } from '../lib/tools/programs/run-program';
import { wholeNumber } from '../lib/tools/text/command-arguments';
import { wayOut } from '../lib/tools/text/aws-errors';

interface Options {
  stage: string;
  database?: string;
  checkTable?: boolean;
  region?: string;
  profile?: string;
  caller?: string[];
  callerGroup?: string[];
  email?: string[];
  budget?: number;
}

const program = new Command('npm run adopt --')
  .description("Reads an account and writes a stage's settings file; changes nothing in AWS")
  .requiredOption('--stage <name>', 'lower-case letters, digits and hyphens, such as prod')
  .option('--database <id>', 'the RDS for PostgreSQL instance that holds the table')
  .addOption(
    new Option(
      '--check-table',
      'of a stage that is deployed: looks at its table from inside the VPC instead, and writes nothing',
    ).conflicts(['database', 'region', 'caller', 'callerGroup', 'email', 'budget']),
  )
  .option('--region <region>', 'AWS_REGION unless given')
  .option('--profile <profile>', 'AWS_PROFILE unless given')
  .option('--caller <arn...>', 'roles that may search')
  .option('--caller-group <id...>', 'security groups of the callers in the VPC')
  .option('--email <address...>', 'recipients of alarms')
  .option('--budget <usd>', 'the most that the stage may cost a month', wholeNumber);

/** Asks for what only a person knows, where one is there and the file does not have it. */
async function asked(given: Said, update: boolean): Promise<Said> {
  const said = { ...given };
  if (update || !process.stdin.isTTY) return said;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const list = async (question: string) => (await terminal.question(`${question}: `)).split(/[\s,]+/).filter(Boolean);
  said.callers ??= await list('ARNs of the roles that may search');
  said.callerSecurityGroupIds ??= await list('Security groups of the callers in the VPC');
  said.emails ??= await list('Recipients of alarms');
  terminal.close();
  return said;
}

/** Ends with 1 where something must be mended. */
async function checkTableOf(stage: string, text: string | undefined): Promise<number> {
  if (text === undefined) throw new Error(`There is no stage "${stage}": adopt it first, with --database.`);
  const settings = parseSettings(stage, readStageFile(text, `${stage}.yaml`));
  // A plain adopt needs none of the clients that these load.
  const { AwsTarget } = await import('../lib/tools/ops/aws/aws-target');
  const { checkTable } = await import('../lib/tools/adopt/table-report');
  const { text: said, exitCode } = await checkTable(new AwsTarget(stage, settings), settings);
  console.log(said);
  return exitCode;
}

async function main(): Promise<number> {
  const options = program.opts<Options>();
  if (!/^[a-z][a-z0-9-]{1,11}$/.test(options.stage))
    throw new Error(
      '--stage must be 2 to 12 lower-case letters, digits and hyphens, beginning with a letter ' +
        `(received "${options.stage}").`,
    );
  if (options.profile !== undefined) process.env.AWS_PROFILE = options.profile;
  const other = misnamed(options.stage, STAGES);
  if (other !== undefined) throw new Error(`Stage ${options.stage}: ${other}`);
  const file = path.join(STAGES_FOLDER, `${options.stage}.yaml`);
  const written = existsSync(file) ? readFileSync(file, 'utf8') : '';
  // A file of comments alone has no settings to keep.
  const existing = /^\s*[^\s#]/m.test(written) ? written : undefined;
  if (options.checkTable) return checkTableOf(options.stage, existing);
  const region = options.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  if (region === undefined)
    throw new Error("No Region is known: name the database's with --region, such as --region ap-northeast-2.");
  if (options.database === undefined)
    throw new Error('Name the RDS instance with --database, or look at the table of a deployed stage: --check-table.');
  const said = {
    callers: options.caller,
    callerSecurityGroupIds: options.callerGroup,
    emails: options.email,
    budget: options.budget,
  };
  // What is wrong already needs no look at the account.
  checkSaid({ ...said, region, database: options.database });
  if (existing !== undefined) readStageFile(existing, stageFile(options.stage));
  const found = await readAccount(options.database, region).catch((cause: unknown) => {
    throw wayOut(cause, ', or --profile', '--region');
  });
  const { text, report, missing } = adopt(options.stage, found, await asked(said, existing !== undefined), existing);
  writeFileSync(file, text);
  console.log(report);
  return missing.length === 0 ? CODES.ok : CODES.found;
}

runProgram(program, main);
