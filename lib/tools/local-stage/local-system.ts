import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { makeTemporaryFolder } from '../engines/run-folder';
import { ENV } from '../../../lambda/contract/environment';
import { definitionOf, FUNCTION_NAMES, type FunctionName } from '../../../lambda/contract/functions';
import type { WarmUpResult } from '../../../lambda/warm-up/warm-up';
import { pathTemplates } from '../../../lambda/http/path-templates';
import { bundleFunction } from '../../constructs/functions/bundle';
import { cacheFolder } from '../engines/cache-folder';
import { thousands } from '../text/thousands';
import { startGateway, type Integration } from './gateway';
import { DEFAULT_SEED, GENERATOR_VERSION, generateListings, LISTING_COUNT } from '../example-data/listings';
import { LocalFunction, type EndListener } from './local-function';
import type { PhotoOrigin } from '../example-data/photo-origin';
import { startPostgres } from '../engines/postgres';
import { LocalCluster } from '../engines/valkey-cluster';
import { commentTable, createVehicles, tableComment } from '../example-data/vehicles-table';

export interface Database {
  url: string;
  /** What it is, for people. */
  description: string;
  stop: () => Promise<void>;
}

/** Our own database with the generated listings, which stay for the next start. @param progress gets the rows so far */
export async function startDatabase(progress: (rows: number) => void): Promise<Database> {
  const postgres = await startPostgres(path.join(cacheFolder('postgres'), 'listings'));
  const wanted = `carfin-cache generator ${GENERATOR_VERSION}: ${LISTING_COUNT} listings, seed ${DEFAULT_SEED}`;
  try {
    if ((await tableComment(postgres.ownerUrl)) !== wanted) {
      await createVehicles(postgres.ownerUrl, counted(generateListings(), progress));
      await commentTable(postgres.ownerUrl, wanted);
    }
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  const description = `PostgreSQL ${postgres.version}, ${thousands(LISTING_COUNT)} listings`;
  return { url: postgres.url, description, stop: postgres.stop };
}

function* counted<T>(values: Iterable<T>, progress: (count: number) => void): Generator<T> {
  let count = 0;
  for (const value of values) {
    yield value;
    if (++count % 1_000 === 0) progress(count);
  }
}

/** Hears what functions say, and of each invocation, as CloudWatch does. */
export interface FunctionListener {
  /** A line of its log. */
  take: (name: FunctionName, line: string) => void;
  /** @param atOnce how many of its processes are at work. @returns what is told how it ended */
  invoked: (name: FunctionName, atOnce: number) => EndListener;
}

/** The functions with their engines, each in its own processes under its own Valkey user. */
export class LocalFunctions {
  private readonly started = new Map<FunctionName, LocalFunction>();
  private readonly starting = new Map<FunctionName, Promise<LocalFunction>>();
  /** Where the bundles lie, once there is one. */
  private folder: string | undefined;

  constructor(
    private readonly cluster: LocalCluster,
    private readonly databaseUrl: string,
    private readonly listener?: FunctionListener,
    /** Without it there are no photos, as in a stage that leaves out the option. */
    private readonly photos?: PhotoOrigin,
    /** Variables of every function that differ from a stage's. */
    private readonly variables: Readonly<Record<string, string>> = {},
  ) {}

  /** Starts one function, and bundles it if need be. @param extra variables of this start */
  async start(name: FunctionName, extra: Readonly<Record<string, string>> = {}): Promise<LocalFunction> {
    const { localProcesses } = definitionOf(name);
    this.folder ??= makeTemporaryFolder('functions');
    const folder = path.join(this.folder, name);
    if (!existsSync(folder)) bundleFunction(name, folder);
    const environment = { ...this.environment(name), ...extra };
    const { listener } = this;
    const local = await LocalFunction.start(folder, environment, {
      processes: localProcesses,
      onLine: listener && ((line) => listener.take(name, line)),
      onInvocation: listener && ((atOnce) => listener.invoked(name, atOnce)),
    });
    this.started.set(name, local);
    return local;
  }

  /** Puts processes that know nothing yet in the place of a function's. @param extra variables of theirs */
  async replace(name: FunctionName, extra?: Readonly<Record<string, string>>): Promise<void> {
    const old = this.started.get(name);
    await this.start(name, extra);
    await old?.stop();
  }

  /** The variables that the deployed function has too, with files in place of IAM. */
  environment(name: FunctionName): Record<string, string> {
    const { valkeyUser, database, option } = definitionOf(name);
    return {
      ...this.cluster.environment(valkeyUser),
      ...(database ? { [ENV.databaseUrl]: this.databaseUrl } : {}),
      ...(option === 'images' ? this.photos?.environment : {}),
      ...(name === 'events' ? { [ENV.mostEnvironments]: String(definitionOf(name).localProcesses) } : {}),
      [ENV.stage]: 'local',
      AWS_LAMBDA_FUNCTION_NAME: name,
      ...this.variables,
    };
  }

  /** Runs a function once; one that serves no path is started when it is first needed. @throws InvocationError */
  async invoke(name: FunctionName, event: unknown): Promise<unknown> {
    const local = this.started.get(name) ?? (await this.startOnce(name));
    return local.invoke(event);
  }

  /** Two who need it at once start it once. */
  private startOnce(name: FunctionName): Promise<LocalFunction> {
    let starting = this.starting.get(name);
    if (starting === undefined) {
      starting = this.start(name).finally(() => this.starting.delete(name));
      this.starting.set(name, starting);
    }
    return starting;
  }

  /** Runs the warm-up once. @throws InvocationError */
  async warmUp(): Promise<WarmUpResult> {
    return (await this.invoke('warm-up', {})) as WarmUpResult;
  }

  /** Starts what serves the API. @param basePath as of a custom domain. @returns the gateway. */
  async serve(
    port: number,
    onAnswer?: AnswerListener,
    basePath?: string,
  ): Promise<{ port: number; stop: () => Promise<void> }> {
    return startGateway(port, await this.integration(onAnswer), undefined, basePath);
  }

  /** Starts what serves the API. @returns what a gateway asks; paths go to functions as in AWS. */
  async integration(onAnswer: AnswerListener = () => undefined): Promise<Integration> {
    const templates: [string, { name: FunctionName; resource: string }][] = [];
    for (const name of FUNCTION_NAMES) {
      const { paths, option } = definitionOf(name);
      if (paths.length === 0 || (option === 'images' && this.photos === undefined)) continue;
      if (!this.started.has(name)) await this.start(name);
      for (const resource of paths) templates.push([resource, { name, resource }]);
    }
    const find = pathTemplates(templates);
    return (event, route) => {
      const [found] = find(route);
      if (found === undefined) return undefined;
      const { name, resource } = found.value;
      const asked = {
        ...event,
        resource,
        pathParameters: found.parameters,
        requestContext: { ...event.requestContext, resourcePath: resource },
      };
      return timed(this.invoke(name, asked), (milliseconds, status) => onAnswer(milliseconds, status, resource));
    };
  }

  async stop(): Promise<void> {
    await Promise.all([...this.started.values()].map((each) => each.stop()));
    if (this.folder !== undefined) rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What the gateway could measure of an answer: ms, status and the path as API Gateway writes it. */
type AnswerListener = (milliseconds: number, status: number, path: string) => void;

async function timed(
  invocation: Promise<unknown>,
  onAnswer: (milliseconds: number, status: number) => void,
): Promise<unknown> {
  const start = performance.now();
  let status = 502;
  try {
    const answer = await invocation;
    status = (answer as { statusCode?: number } | undefined)?.statusCode ?? status;
    return answer;
  } finally {
    onAnswer(performance.now() - start, status);
  }
}
