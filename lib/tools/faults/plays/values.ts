import { CATALOGUE_KEYS } from '../../../../lambda/contract/keys';
import { refilled, repeated, type Breakage, type Stores } from '../../breakage/breakage';
import { damaged, listingsSwapped, removed } from '../../breakage/values';
import type { StoreFault } from '../lab/fault';

/** Answers from now on, five times a second. */
const answersDamaged = (damage: Parameters<typeof damaged>[1]): Breakage => ({
  ...repeated<Stores>(damaged('search:*', damage), 200),
  begin: removed('search:*'),
});

/** Values that are not what was written. */
export const VALUE_FAULTS: readonly StoreFault[] = [
  {
    name: 'wrong-type',
    what: 'stored answers replaced by lists (WRONGTYPE), again and again',
    ...answersDamaged([['DEL'], ['LPUSH', 'x']]),
  },
  {
    name: 'truncated',
    what: 'stored answers truncated, again and again',
    ...answersDamaged([['HSET', 'body', '{"total":1,"vehicles":[']]),
  },
  {
    name: 'bad-utf8',
    what: 'stored answers of bytes that are no text, with a check that fits another',
    ...answersDamaged([['HSET', 'body', '\xff\xfe\x00', 'check', '3-0']]),
  },
  {
    name: 'listings-damaged',
    what: 'every listing replaced by another one',
    // A warm-up writes what is missing; what is damaged is mended by those who read it, page by page.
    ...refilled({ begin: listingsSwapped, end: removed('listing:*') }),
  },
  {
    name: 'index-damaged',
    what: 'processes start while the pieces of the index are garbage',
    ...refilled<Stores>({ begin: damaged('index:????????????:*', [['SET', 'garbage']]) }),
    cold: {},
  },
  {
    name: 'pointer-damaged',
    what: 'the pointer names a catalogue that does not exist',
    ...refilled<Stores>({ begin: damaged(CATALOGUE_KEYS.current, [['HSET', 'version', 'garbage']]) }),
  },
];
