import { createHash } from 'node:crypto';
import { COLUMNS } from './listing';
import { ALWAYS, SALE } from './always';
import { FAMILIES, ORDERS } from './orders';

/**
 * Identifies the rules and the form of a listing. It is part of the catalogue's version: answers that were found
 * under other rules are never served.
 */
export const RULES_VERSION = createHash('sha256')
  .update(JSON.stringify([COLUMNS, ALWAYS, SALE, FAMILIES, ORDERS]))
  .digest('hex')
  .slice(0, 8);
