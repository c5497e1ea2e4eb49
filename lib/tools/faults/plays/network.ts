import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../lab/fault';
import type { Lab } from '../lab/lab';
import type { ProxyMode } from '../../breakage/proxy';

const valkey = (mode: ProxyMode, latencyMs?: number) => (lab: Lab) => {
  lab.eachProxy((proxy) => proxy.set(mode, latencyMs));
  return Promise.resolve();
};

/** What lies between the functions and Valkey. */
export const NETWORK_FAULTS: readonly Fault[] = [
  { name: 'slow-20ms', what: '20 ms more each way', begin: valkey('pass', 20), end: valkey('pass') },
  { name: 'slow-50ms', what: '50 ms more each way', begin: valkey('pass', 50), end: valkey('pass') },
  { name: 'slow-500ms', what: '500 ms more each way', begin: valkey('pass', 500), end: valkey('pass') },
  { name: 'cut', what: 'connections reset, new ones refused', begin: valkey('cut'), end: valkey('pass') },
  {
    name: 'flapping',
    what: 'all connections reset five times a second',
    begin: () => Promise.resolve(),
    meanwhile: async (lab) => {
      lab.eachProxy((proxy) => proxy.dropAll());
      await sleep(200);
    },
    end: valkey('pass'),
  },
  {
    name: 'half-open',
    what: 'the servers have closed, and the functions hear nothing of it',
    begin: (lab) => {
      lab.eachProxy((proxy) => proxy.halfOpen());
      return Promise.resolve();
    },
    end: valkey('pass'),
  },
  {
    name: 'black-hole',
    what: 'connections stay and nothing arrives',
    begin: valkey('black-hole'),
    end: valkey('pass'),
  },
  {
    name: 'black-hole-at-cold-start',
    what: 'processes start while nothing arrives',
    begin: valkey('black-hole'),
    cold: {},
    end: valkey('pass'),
  },
  {
    name: 'reply-lost',
    what: 'each connection reset when its reply comes',
    begin: valkey('reset-replies'),
    end: valkey('pass'),
  },
];
