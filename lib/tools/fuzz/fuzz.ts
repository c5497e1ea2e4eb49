import fc from 'fast-check';
import { LocalFunctions } from '../local-stage/local-system';
import { generateListings } from '../example-data/listings';
import { startPhotoOrigin } from '../example-data/photo-origin';
import type { LocalCluster } from '../engines/valkey-cluster';
import { startEngines } from '../local-stage/start-engines';
import type { Run } from '../programs/run-program';
import { ask, fault, strayKeys } from './check';
import { askBySchema, type SchemathesisReport } from './schemathesis';
import { anyRequest, fixedRequests, nastyBodies, type FuzzRequest } from './requests';

const LISTINGS = 2_000;
const AT_ONCE = 6;
const BATCH = 200;

interface FuzzReport {
  seed: number;
  requests: number;
  /** Answers by status. */
  statuses: Record<string, number>;
  /** What was asked, and what is wrong with the answer. */
  faults: { request: FuzzRequest; fault: string }[];
  strayKeys: string[];
  /** If it was asked. */
  schemathesis?: SchemathesisReport;
}

interface FuzzOptions {
  seconds: number;
  seed: number;
  /**
   * The program schemathesis (PyPI), which asks for half of the time; without it, this project's own requests do for
   * all of it.
   */
  schemathesis?: string | undefined;
}

/**
 * Asks the whole API over HTTP for so many seconds, and looks at what is left in Valkey.
 * @param run stops what it starts
 */
export async function fuzz({ seconds, seed, schemathesis }: FuzzOptions, run: Run): Promise<FuzzReport> {
  const { postgres, cluster } = await run.own(() => startEngines(generateListings(LISTINGS)));
  const photos = await run.own(startPhotoOrigin);
  const functions = await run.own(() => new LocalFunctions(cluster, postgres.url, undefined, photos));
  await functions.warmUp();
  const gateway = await run.own(() => functions.serve(0));
  const report: FuzzReport = { seed, requests: 0, statuses: {}, faults: [], strayKeys: [] };
  const share = schemathesis === undefined ? seconds : seconds / 2;
  const until = Date.now() + share * 1_000;
  const { body } = await ask(gateway.port, beginning);
  const { sessionId = '' } = JSON.parse(body) as { sessionId?: string };
  await askAll(gateway.port, [...fixedRequests(), ...nastyBodies(sessionId)], report, Infinity);
  for (let batch = 0; Date.now() < until; batch++) {
    await askAll(gateway.port, fc.sample(anyRequest(), { numRuns: BATCH, seed: seed + batch }), report, until);
  }
  if (schemathesis !== undefined) report.schemathesis = await askBySchema(schemathesis, gateway.port, share, seed);
  report.strayKeys = strayKeys(await keysOf(cluster));
  return report;
}

const beginning: FuzzRequest = {
  method: 'POST',
  target: '/v1/sessions',
  headers: {},
  body: '{"userId":"fuzz","question":"q"}',
};

async function askAll(
  port: number,
  requests: readonly (FuzzRequest & { mustBe?: number })[],
  report: FuzzReport,
  until: number,
): Promise<void> {
  const waiting = [...requests];
  const loop = async () => {
    for (let request = waiting.shift(); request !== undefined && Date.now() < until; request = waiting.shift()) {
      const answer = await ask(port, request).catch((error: unknown) => error as Error);
      report.requests++;
      const found = answer instanceof Error ? `no answer: ${answer.message}` : fault(answer, request.mustBe);
      const status = answer instanceof Error ? 'none' : String(answer.status);
      report.statuses[status] = (report.statuses[status] ?? 0) + 1;
      if (found !== undefined)
        report.faults.push({ request: { ...request, body: request.body?.slice(0, 200) }, fault: found });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, loop));
}

async function keysOf(cluster: LocalCluster): Promise<Map<string, number>> {
  const keys = new Map<string, number>();
  for (const node of cluster.nodes) {
    for (const key of (await node.ask('KEYS', '*')) as string[]) keys.set(key, Number(await node.ask('TTL', key)));
  }
  return keys;
}
