import type { Figures } from '../../text/table';
import { HUNG_QUESTIONS, type PeerFigures } from './figures';
import { thousands } from '../../text/thousands';

/** One row a way. */
export function peerTable(ways: readonly PeerFigures[]): Figures {
  return {
    head: [
      '',
      'a hit',
      'never asked',
      '1,000 at once: queries',
      'all answered after',
      'bytes an answer',
      'Valkey hung: answered',
      'longest',
    ],
    rows: ways.map((each) => [
      each.way,
      `${(each.hitUs / 1_000).toFixed(2)} ms`,
      `${(each.neverAskedUs / 1_000).toFixed(2)} ms`,
      thousands(each.stormQueries),
      `${thousands(each.stormMs)} ms`,
      each.bytesAnAnswer === null ? 'none' : thousands(each.bytesAnAnswer),
      `${each.hungAnswers} of ${HUNG_QUESTIONS}`,
      `${thousands(each.hungMs)} ms`,
    ]),
  };
}
