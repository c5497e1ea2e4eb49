import { setTimeout as sleep } from 'node:timers/promises';
import { CATALOGUE_KEYS } from '../../../../lambda/contract/keys';
import type { Fault } from '../lab/fault';
import type { Lab } from '../lab/lab';

/** Does it to every key of the pattern, on the primary that holds it. */
const damage =
  (pattern: string, ...commands: (readonly [string, ...(string | number)[]])[]) =>
  async (lab: Lab) => {
    for (const node of await lab.primaries()) {
      for (const key of (await node.ask('KEYS', pattern)) as string[]) {
        for (const [command, ...args] of commands) await node.ask(command, key, ...args);
      }
    }
  };

const again = (work: (lab: Lab) => Promise<void>, pauseMs: number) => async (lab: Lab) => {
  await work(lab);
  await sleep(pauseMs);
};

async function damageListings(lab: Lab): Promise<void> {
  for (const node of await lab.primaries()) {
    for (const key of (await node.ask('KEYS', 'listing:*')) as string[]) {
      const fields = (await node.ask('HKEYS', key)) as string[];
      await node.ask('HSET', key, ...fields.flatMap((field) => [field, '{"vehicle_id":1}']));
    }
  }
}

/** A warm-up writes what is missing; what is damaged is mended by those who read it, page by page. */
async function writeListingsAnew(lab: Lab): Promise<void> {
  for (const node of await lab.primaries()) {
    for (const key of (await node.ask('KEYS', 'listing:*')) as string[]) await node.ask('DEL', key);
  }
  await lab.restore();
}

const nothing = () => Promise.resolve();

/** Values that are not what was written. */
export const VALUE_FAULTS: readonly Fault[] = [
  {
    name: 'wrong-type',
    what: 'stored answers replaced by lists (WRONGTYPE), again and again',
    begin: nothing,
    meanwhile: again(damage('search:*', ['DEL'], ['LPUSH', 'x']), 200),
    end: nothing,
  },
  {
    name: 'truncated',
    what: 'stored answers truncated, again and again',
    begin: nothing,
    meanwhile: again(damage('search:*', ['HSET', 'body', '{"total":1,"vehicles":[']), 200),
    end: nothing,
  },
  {
    name: 'bad-utf8',
    what: 'stored answers of bytes that are no text, with a check that fits another',
    begin: nothing,
    meanwhile: again(damage('search:*', ['HSET', 'body', '\xff\xfe\x00', 'check', '3-0']), 200),
    end: nothing,
  },
  {
    name: 'listings-damaged',
    what: 'every listing replaced by another one',
    begin: damageListings,
    end: writeListingsAnew,
  },
  {
    name: 'index-damaged',
    what: 'processes start while the pieces of the index are garbage',
    begin: damage('index:????????????:*', ['SET', 'garbage']),
    cold: {},
    end: (lab) => lab.restore(),
  },
  {
    name: 'pointer-damaged',
    what: 'the pointer names a catalogue that does not exist',
    begin: async (lab) => {
      await (await lab.ownerOf(CATALOGUE_KEYS.current)).ask('HSET', CATALOGUE_KEYS.current, 'version', 'garbage');
    },
    end: (lab) => lab.warmUp(),
  },
];
