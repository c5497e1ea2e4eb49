import { flapping, halfOpen, network } from '../../breakage/connections';
import type { StoreFault } from '../lab/fault';

/** What lies between the functions and Valkey. */
export const NETWORK_FAULTS: readonly StoreFault[] = [
  { name: 'slow-20ms', what: '20 ms more each way', ...network('pass', 'pass', 20) },
  { name: 'slow-50ms', what: '50 ms more each way', ...network('pass', 'pass', 50) },
  { name: 'slow-500ms', what: '500 ms more each way', ...network('pass', 'pass', 500) },
  { name: 'cut', what: 'connections reset, new ones refused', ...network('cut') },
  { name: 'flapping', what: 'all connections reset five times a second', ...flapping },
  { name: 'half-open', what: 'the servers have closed, and the functions hear nothing of it', ...halfOpen },
  { name: 'black-hole', what: 'connections stay and nothing arrives', ...network('black-hole') },
  {
    name: 'black-hole-at-cold-start',
    what: 'processes start while nothing arrives',
    ...network('black-hole'),
    cold: {},
  },
  { name: 'reply-lost', what: 'each connection reset when its reply comes', ...network('reset-replies') },
];
