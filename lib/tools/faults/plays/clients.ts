import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { searchEvent } from '../../local-stage/api-event';
import type { Fault, StoreFault } from '../lab/fault';
import type { Lab } from '../lab/lab';
import { CATALOGUE_KEYS, manifestKey } from '../../../../lambda/contract/keys';

/** Processes that meet one question at once; Lambda would start as many environments. */
const STAMPEDE = 12;
/** Descriptors that a process may have more after its thaws than before: connections that are being made anew. */
const SPARE_DESCRIPTORS = 16;

let descriptorsBefore = 0;
let stampede: string | undefined;

/** Files and sockets that the handlers hold; 0 where the system does not tell. */
function descriptors(lab: Lab): number {
  const folders = lab.handlers.flatMap(({ pids }) => pids).map((pid) => `/proc/${pid}/fd`);
  return folders.reduce((sum, each) => sum + (existsSync(each) ? readdirSync(each).length : 0), 0);
}

/** @returns a module that moves a process's clock by so much. */
function clockModule(ms: number): string {
  return `data:text/javascript,${encodeURIComponent(`const now = Date.now; Date.now = () => now() + ${ms};`)}`;
}

/** What happens to the function's own processes. */
export const CLIENT_FAULTS: readonly Fault[] = [
  {
    name: 'thaw',
    what: 'processes frozen (SIGSTOP), their connections ended, thawed, again and again',
    begin: (lab) => {
      descriptorsBefore = descriptors(lab);
    },
    meanwhile: async (lab, between) => {
      await between(async () => {
        for (const handler of lab.handlers) handler.signal('SIGSTOP');
        await lab.cluster.everywhere('CLIENT', 'KILL', 'USER', 'search');
        for (const handler of lab.handlers) handler.signal('SIGCONT');
      });
      await sleep(25);
    },
    check: (lab) => {
      const more = descriptors(lab) - descriptorsBefore;
      return Promise.resolve(more > SPARE_DESCRIPTORS * lab.handlers.length ? `${more} descriptors leaked` : undefined);
    },
  },
  {
    name: 'stampede',
    what: `${STAMPEDE} cold processes, no index, one question at once: one query answers all`,
    begin: async (lab) => {
      const version = String(await lab.cluster.onKey('HGET', CATALOGUE_KEYS.current, 'version'));
      for (const key of [CATALOGUE_KEYS.current, manifestKey(version)]) await lab.cluster.onKey('DEL', key);
      const handlers = await lab.coldHandlers(STAMPEDE);
      const event = searchEvent({ budgetMin: 1_111, budgetMax: 2_222 });
      const answers = (await Promise.all(handlers.map((each) => each.invoke(event)))) as {
        headers: Record<string, string>;
        body: string;
      }[];
      await Promise.all(handlers.map((each) => each.stop()));
      const queries = answers.filter(({ headers }) => headers['x-cache'] === 'database').length;
      const bodies = new Set(answers.map(({ body }) => body)).size;
      stampede = queries === 1 && bodies === 1 ? undefined : `${queries} queries, ${bodies} different answers`;
    },
    end: (lab) => lab.refill(),
    check: () => Promise.resolve(stampede),
  },
];

/** A clock that is wrong. */
export const CLOCK_FAULTS: readonly StoreFault[] = [
  {
    name: 'clock-an-hour-ahead',
    what: "processes whose clock is an hour ahead of the servers'",
    cold: { NODE_OPTIONS: `--import=${clockModule(3_600_000)}` },
  },
];
