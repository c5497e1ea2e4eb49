import { cpus, loadavg } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Asker } from './lab/asker';
import {
  DEFAULT_HOLD_MS,
  MOST_ADDED_MS,
  MOST_RECOVERY_MS,
  type Fault,
  type FaultResult,
  type Observation,
} from './lab/fault';
import type { Lab } from './lab/lab';

/** Of the requests, the share that falls into the fault; the rest see the recovery. */
const UNDER_FAULT = 0.7;
/** How long the recovery is watched, how long nothing may be amiss at its end, and when watching ends anyway, ms. */
const WATCH_MS = 1_500;
const CALM_MS = 500;
const MOST_WATCH_MS = 10_000;
/** A fault that misses nothing but a time is played again: the machine may have been busy. */
const PLAYS = 2;

/** A result, and whether it missed nothing but a time. */
type PlayResult = FaultResult & { onlyLate: boolean };

/** @returns ms that an undisturbed request takes, the median of all processes asking at once. */
export async function undisturbed(lab: Lab): Promise<number> {
  const asker = new Asker(lab.questions);
  asker.start(lab.handlers);
  while (asker.observations.length < 600) await sleep(20);
  await asker.stop();
  const times = asker.observations.map(({ addedMs }) => addedMs).sort((a, b) => a - b);
  return times[times.length >> 1] ?? 0;
}

/**
 * Plays a fault while so many requests are asked, and judges it.
 * @param judgeTimes whether a time that is missed breaks the promise; on a machine that others use it says little.
 */
export async function playFault(
  lab: Lab,
  fault: Fault,
  requests: number,
  medianMs: number,
  judgeTimes: boolean,
): Promise<FaultResult> {
  let result = await playOnce(lab, fault, requests, medianMs);
  for (let play = 1; judgeTimes && play < PLAYS && !result.pass && result.onlyLate; play++) {
    result = await playOnce(lab, fault, requests, medianMs);
  }
  return judgeTimes || result.pass || !result.onlyLate ? result : { ...result, pass: true };
}

/** @returns the result of a fault that could not be broken or healed as it should be. */
export function unplayed({ name }: Fault, { message }: Error): FaultResult {
  const nothing = { requests: 0, wrong: 0, errors5xx: 0, addedMs: 0, recoveryMs: 0 };
  return { fault: name, ...nothing, pass: false, reason: `it could not be played: ${message}` };
}

async function playOnce(lab: Lab, fault: Fault, asked: number, medianMs: number): Promise<PlayResult> {
  const requests = Math.min(asked, fault.mostRequests ?? Infinity);
  await lab.restore();
  await fault.prepare?.(lab);
  const asker = new Asker(lab.questions);
  const { observations } = asker;
  let handlers = lab.handlers;
  try {
    if (fault.cold === undefined) asker.start(handlers);
    await fault.begin?.(lab);
    if (fault.cold !== undefined) {
      handlers = await lab.coldHandlers(lab.handlers.length, fault.cold);
      asker.start(handlers);
    }
    const until = performance.now() + (fault.holdMs ?? DEFAULT_HOLD_MS);
    while (performance.now() < until || observations.length < requests * UNDER_FAULT) {
      await (fault.meanwhile?.(lab, (work) => asker.between(work)) ?? sleep(20));
      if (ended(observations)) break;
    }
    await fault.end?.(lab);
    const wellAt = performance.now();
    for (;;) {
      await sleep(50);
      const watched = performance.now() - wellAt;
      const calm = performance.now() - lastAmiss(observations, wellAt) > CALM_MS;
      const enough = (watched > WATCH_MS && calm && observations.length >= requests) || ended(observations);
      if (enough || watched > MOST_WATCH_MS + requests * 3) break;
    }
    await asker.stop();
    const own = await fault.check?.(lab, { handlers, observations });
    const result = judge(fault, observations, wellAt, medianMs, own);
    return fault.notes === undefined ? result : { ...result, notes: fault.notes() };
  } finally {
    await asker.stop();
    if (ended(observations)) await lab.replaceHandlers();
    if (fault.cold !== undefined) await Promise.all(handlers.map((each) => each.stop()));
  }
}

/** Tiers of an answer that the cache gave. */
const FROM_THE_CACHE = ['memory', 'hit', 'index'];

const ended = (observations: readonly Observation[]) => observations.some(({ tier }) => tier === 'ended');

/** When an answer last began that the cache should have given, once well, and did not give in time. */
function lastAmiss(observations: readonly Observation[], wellAt: number): number {
  const amiss = observations.filter(
    ({ at, tier, status, addedMs }) =>
      at >= wellAt && (!FROM_THE_CACHE.includes(tier) || status !== 200 || addedMs > MOST_ADDED_MS),
  );
  return amiss.at(-1)?.at ?? wellAt;
}

/** Holds what was observed against what is promised. */
export function judge(
  { name, allows = {} }: Fault,
  observations: readonly Observation[],
  wellAt: number,
  medianMs: number,
  own: string | undefined,
): PlayResult {
  const wrong = observations.filter(({ right }) => !right).length;
  const errors5xx = observations.filter(({ status }) => status >= 500).length;
  const addedMs = Math.max(0, ...observations.map((each) => each.addedMs - medianMs));
  const recoveryMs = lastAmiss(observations, wellAt) - wellAt;
  const mostMs = allows.lateMs ?? MOST_ADDED_MS;
  const grave = [
    ...(own === undefined ? [] : [own]),
    ...(wrong > 0 ? [`${wrong} wrong answers`] : []),
    ...(errors5xx > 0 && allows.errors5xx !== true ? [`${errors5xx} answers were 5xx`] : []),
    ...(ended(observations) ? ['a process ended'] : []),
  ];
  const late = [
    ...(addedMs > mostMs ? [`${Math.round(addedMs)} ms added, at most ${mostMs} are promised`] : []),
    ...(recoveryMs > MOST_RECOVERY_MS ? [`recovered after ${Math.round(recoveryMs)} ms`] : []),
  ];
  const [load = 0] = loadavg();
  const busy = late.length === 0 ? [] : [`the machine's load was ${load.toFixed(1)} on ${cpus().length} processors`];
  const reasons = [...grave, ...late, ...busy];
  return {
    fault: name,
    requests: observations.length,
    wrong,
    errors5xx,
    addedMs: Math.round(addedMs),
    recoveryMs: Math.round(recoveryMs),
    pass: reasons.length === 0,
    ...(reasons.length === 0 ? {} : { reason: reasons.join('; ') }),
    onlyLate: grave.length === 0,
  };
}
