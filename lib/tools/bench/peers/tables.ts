import type { Figures } from '../../text/table';
import { HUNG_QUESTIONS, WATCHED_MS, type PeerFigures } from './figures';
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
      'price changed: old answers',
      'all agree after',
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
      `${thousands(each.changeStale)} of ${thousands(each.changeAsked)}`,
      each.changeAgreedMs === null ? `not in ${WATCHED_MS / 1_000} s` : `${(each.changeAgreedMs / 1_000).toFixed(1)} s`,
      `${each.hungAnswers} of ${HUNG_QUESTIONS}`,
      `${thousands(each.hungMs)} ms`,
    ]),
  };
}
