import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LocalCluster } from '../engines/valkey-cluster';
import { makeTemporaryFolder } from '../engines/run-folder';
import type { LocalPostgres } from '../engines/postgres';
import { generateListings } from '../example-data/listings';
import { withClient } from '../example-data/vehicles-table';
import { startEngines } from '../local-stage/start-engines';
import { definitionOf, FUNCTION_NAMES } from '../../../lambda/contract/functions';
import { ENV } from '../../../lambda/contract/environment';
import { readStageFile } from '../../stages/stage-file';
import type { StageInput } from '../../stages/settings';
import { ALARM_CAUSES_FILE } from '../../constructs/functions/code';
import type { Run } from '../programs/run-program';
import type { Things } from './existing-things';
import { REGION, startEmulator, type Emulator, type EngineVariables } from './emulator';

const LISTINGS = 2_000;

/** What all steps of a rehearsal work on. */
export interface Rehearsal {
  /** Where `adopt` writes and every program reads. */
  stages: string;
  assembly: string;
  emulator: Emulator;
  postgres: LocalPostgres;
  /** What the options of further stages name, once it is made. */
  things?: Things;
  /** The stage's settings as they stand in its file. */
  settings: () => StageInput;
}

/**
 * Starts the engines and the emulated account, in which there is nothing yet. Everything is stopped at the end of the
 * run.
 */
export async function startRehearsal(run: Run): Promise<Rehearsal> {
  const folder = await run.own(
    () => Promise.resolve(makeTemporaryFolder('rehearsal')),
    (made) => rmSync(made, { recursive: true, force: true }),
  );
  const { postgres, cluster } = await run.own(() => startEngines(generateListings(LISTINGS, 7)));
  const emulator = await run.own(() => startEmulator(folder, engineVariables(cluster, postgres)));
  const stages = path.join(folder, 'stages');
  mkdirSync(stages);
  const assembly = path.join(folder, 'assembly');
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: emulator.url,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_PAGER: '',
    CARFIN_STAGES: stages,
    CDK_DISABLE_VERSION_CHECK: '1',
    CDK_APP: assembly,
    NO_COLOR: '1',
  });
  return {
    stages,
    assembly,
    emulator,
    postgres,
    settings: () => readStageFile(readFileSync(path.join(stages, 'prod.yaml'), 'utf8'), 'prod.yaml'),
  };
}

/**
 * The functions reach these engines by files with passwords, as under npm start: only AWS's own understand IAM tokens.
 */
function engineVariables(cluster: LocalCluster, postgres: LocalPostgres): EngineVariables {
  // In Lambda it lies in a folder that is not here.
  const firstMessage = { present: { [ENV.alarmCausesFile]: ALARM_CAUSES_FILE }, absent: [] };
  const own = Object.fromEntries(
    FUNCTION_NAMES.map((name) => {
      const { valkeyUser, database } = definitionOf(name);
      const present = { ...cluster.environment(valkeyUser), ...(database ? { [ENV.databaseUrl]: postgres.url } : {}) };
      // Each stage has its own: by it the writer of the audit log opens what the others seal.
      Reflect.deleteProperty(present, ENV.peopleKey);
      return [name, { present, absent: [ENV.valkeyReplicationGroupId, ENV.databaseSecretArn] }];
    }),
  );
  return { ...own, 'first-message': firstMessage };
}

/**
 * Makes the login by the very lines that adopt prints, in place of the engine's own reader; its password stands in for
 * the token.
 */
export async function makeLogin({ ownerUrl, url }: LocalPostgres, lines: readonly string[]): Promise<void> {
  const { username, password } = new URL(url);
  await withClient(ownerUrl, async (client) => {
    await client.query(`DROP OWNED BY ${username}; DROP ROLE ${username}; CREATE ROLE rds_iam;`);
    for (const line of lines) await client.query(line);
    await client.query(`ALTER ROLE ${username} PASSWORD '${decodeURIComponent(password)}'`);
  });
}

/** @throws Error before they are made */
export function thingsOf({ things }: Rehearsal): Things {
  if (things === undefined) throw new Error('What the options name is not there: that step failed.');
  return things;
}

/** Changes one line of the stage's file, as its owner would. @throws Error unless it is there exactly once */
export function edit({ stages }: Rehearsal, line: RegExp, by: string): void {
  const file = path.join(stages, 'prod.yaml');
  const text = readFileSync(file, 'utf8');
  if (text.split(line).length !== 2) throw new Error(`${String(line)} must stand once in the settings file:\n${text}`);
  writeFileSync(file, text.replace(line, by));
}
