import type { LocalFunctions } from '../../local-stage/local-system';
import type { LocalCluster } from '../../engines/valkey-cluster';
import type { WayBack } from '../../../../lambda/diagnosis/evidence';
import type { AlarmState } from '../stage/target';
import { localAnswers, startOperationsServer, type LocalAnswers, type LocalInside } from './operations-server';
import { removeRunFile, runNow, writeRunFile, type LocalFacts } from './run-file';

/** As CloudWatch gets the engines' figures, and as the schedule in AWS runs the warm-up, ms. */
const EVERY_MINUTE_MS = 60_000;

/** A local system that can be operated. */
export interface OperatedSystem {
  facts: LocalFacts;
  answers: LocalAnswers;
  stop: () => Promise<void>;
}

/** Of npm start: nothing watches its engines, and each start makes a cluster. */
const ANEW: WayBack = {
  next: 'npm start',
  risk:
    'nothing on this machine starts again what has ended, so end npm start first (Ctrl-C); sessions, chats and ' +
    'preferences begin anew, the listings stay',
};

/**
 * Makes a local system one that can be operated: its figures are kept, its functions can be invoked, and the warm-up
 * runs every minute as in AWS.
 * @returns what asks it from this process, and what ends all that.
 */
export async function operateLocally(
  system: Omit<LocalInside, 'invoke'> & { functions: LocalFunctions; url: string; freshnessSeconds?: number },
  everyMs = EVERY_MINUTE_MS,
): Promise<OperatedSystem> {
  const { cluster, functions, telemetry, url, alarms, freshnessSeconds } = system;
  const shards = cluster.nodes.length;
  // Started before it is needed: whoever asks in trouble waits for no start.
  await functions.invoke('operations', { operation: 'nodes' }).catch(() => undefined);
  const answers = localAnswers({ telemetry, cluster, alarms, invoke: (name, event) => functions.invoke(name, event) });
  const facts = { ...localFacts(cluster, functions, url), freshnessSeconds, wayBack: ANEW };
  const { stop: close } = await openToOps(facts, answers);
  let turn: Promise<unknown> = telemetry.sample(cluster, shards);
  const timer = setInterval(() => {
    turn = Promise.all([
      telemetry.sample(cluster, shards),
      telemetry.beat(url),
      functions.warmUp().catch(() => undefined),
    ]);
  }, everyMs);
  const stop = async () => {
    clearInterval(timer);
    await close();
    await turn;
  };
  return { facts, answers, stop };
}

/**
 * Lets `npm run ops -- --local` ask a system, until it is stopped.
 * @param clock of its alarms, ms; a drill has one that runs faster
 */
export async function openToOps(
  facts: LocalFacts,
  answers: LocalAnswers,
  clock: () => number = Date.now,
): Promise<{ stop: () => Promise<void> }> {
  const alarms = () => byThisClock(answers.alarms({}) as AlarmState[], clock() - Date.now());
  const { url: operationsUrl, token, stop } = await startOperationsServer({ ...answers, alarms });
  // A drill that is held stands before a running npm start, and gives it back.
  const before = runNow();
  writeRunFile({ ...facts, pid: process.pid, operationsUrl, token });
  return {
    stop: () => {
      removeRunFile(process.pid, before);
      return stop();
    },
  };
}

/** Whoever asks reckons from this machine's clock: so long as the alarm's own says, not since a time to come. */
const byThisClock = (alarms: readonly AlarmState[], aheadMs: number) =>
  alarms.map((alarm) =>
    alarm.since === '' ? alarm : { ...alarm, since: new Date(Date.parse(alarm.since) - aheadMs).toISOString() },
  );

/** What `npm run ops -- --local` knows of a system before it asks. */
export function localFacts(cluster: LocalCluster, functions: LocalFunctions, url: string): LocalFacts {
  const nodes = cluster.nodes.map(({ port }) => `127.0.0.1:${port}`);
  const [startedAt, search] = [Date.now(), functions.environment('search')];
  return { url, shards: nodes.length, nodes, startedAt, deployedAt: startedAt, search };
}
