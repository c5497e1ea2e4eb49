import type { Figures } from '../text/table';
import type { FaultResult } from './lab/fault';
import { thousands } from '../text/thousands';

/** One row a fault. */
export function faultTable(results: readonly FaultResult[]): Figures {
  return {
    head: ['fault', 'requests', 'wrong', '5xx', 'added', 'recovery', 'promise'],
    rows: results.map(({ fault, requests, wrong, errors5xx, addedMs, recoveryMs, pass }) => [
      fault,
      ...[requests, wrong, errors5xx].map(thousands),
      `${addedMs} ms`,
      `${recoveryMs} ms`,
      pass ? 'holds' : 'BROKEN',
    ]),
  };
}
