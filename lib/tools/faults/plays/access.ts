import { setTimeout as sleep } from 'node:timers/promises';
import { certified, userChanged } from '../../breakage/refusals';
import type { StoreFault } from '../lab/fault';

/** Who signs in, with what, over which certificate. */
export const ACCESS_FAULTS: readonly StoreFault[] = [
  {
    name: 'password-rotated',
    what: 'a new password and every connection ended, twice a second',
    meanwhile: async ({ cluster }) => {
      await cluster.rotatePassword('search');
      await cluster.everywhere('CLIENT', 'KILL', 'USER', 'search');
      await sleep(500);
    },
  },
  {
    name: 'password-wrong',
    what: 'connections ended and the password refused (WRONGPASS)',
    ...userChanged('search', 'resetpass', '>another'),
  },
  {
    name: 'password-wrong-at-cold-start',
    what: 'processes start while their password is refused',
    ...userChanged('search', 'resetpass', '>another'),
    cold: {},
  },
  { name: 'user-off', what: 'the user of the function switched off', ...userChanged('search', 'off') },
  {
    name: 'reads-forbidden',
    what: 'reading forbidden (NOPERM)',
    ...userChanged('search', '-hmget', '-get', '-hgetall'),
  },
  {
    name: 'writes-forbidden',
    what: 'scripts and writes forbidden (NOPERM)',
    ...userChanged('search', '-eval', '-evalsha', '-set', '-hset'),
  },
  {
    name: 'certificate-expired',
    what: 'processes that trust its authority meet an expired certificate',
    ...certified('its own authority, expired'),
    cold: {},
  },
  {
    name: 'certificate-foreign',
    what: 'connections ended and the next certificate of a foreign authority',
    ...certified('a foreign authority'),
  },
];
