import { benchTable, type Figure } from '../bench/bench-messages';
import type { ColdFigures } from '../bench/cold/figures';
import { coldTable, contentsTable } from '../bench/cold/tables';
import { CALLER_WAITS_MS, STORM, STORM_PROCESSES, WATCHED_MS, type PeerFigures } from '../bench/peers/figures';
import { peerTable } from '../bench/peers/tables';
import { forgettingTable, type ForgettingFigures } from '../faults/forgetting';
import { qualityTable, type Quality } from '../bench/recommendation-quality';
import { scriptTable, type ScriptFigures } from '../bench/scripts/table';
import type { Results } from '../text/results-file';
import { markdown, type Figures } from '../text/table';
import type { FaultResult } from '../faults/lab/fault';
import { FAULTS } from '../faults/faults';
import { faultTable } from '../faults/table';
import { DRILLS } from '../drills/drills';
import { FAULT_DRILLS, SELF_HEALING } from '../drills/fault-drills';
import type { DrillMessage } from '../drills/run-drill';
import { filledPage, type Values } from './page';
import { provenance } from './provenance';
import { thousands } from '../text/thousands';

/** What the page is made of: docs/results/*.json. */
export interface AllResults {
  bench: Results<Figure[]>;
  peers: Results<PeerFigures[]>;
  cold: Results<ColdFigures[]>;
  faults: Results<FaultResult[]>;
  scripts: Results<ScriptFigures[]>;
  forgetting: Results<ForgettingFigures>;
  recommendations: Results<Quality[]>;
  messages: Results<DrillMessage[]>;
}

/** @returns docs/results.md. */
export function resultsPage(results: AllResults): string {
  const { bench, peers, cold, faults, scripts, forgetting, recommendations, messages } = results;
  return filledPage('results', {
    benchMeasured: provenance(bench),
    bench: markdown(benchTable(bench.figures)),
    faultsMeasured: provenance(faults),
    faultCount: faults.figures.length,
    faults: markdown(withWhat(faults.figures)),
    scriptsMeasured: provenance(scripts),
    scripts: markdown(scriptTable(scripts.figures)),
    flood: faults.figures.find(({ fault }) => fault === 'flood')?.notes ?? '',
    forgettingMeasured: provenance(forgetting),
    forgetting: markdown(forgettingTable(forgetting.figures)),
    messagesMeasured: provenance(messages),
    ...messageValues(messages.figures),
    peersMeasured: provenance(peers),
    storm: thousands(STORM),
    stormProcesses: STORM_PROCESSES,
    callerSeconds: CALLER_WAITS_MS / 1_000,
    watchedSeconds: WATCHED_MS / 1_000,
    peers: markdown(peerTable(peers.figures)),
    coldMeasured: provenance(cold),
    cold: markdown(coldTable(cold.figures)),
    contents: markdown(contentsTable(cold.figures)),
    recommendationsMeasured: provenance(recommendations),
    recommendations: markdown(qualityTable(recommendations.figures)),
  });
}

/** What was said under drills and faults, and which faults nobody is told of. */
function messageValues(figures: readonly DrillMessage[]): Values {
  const right = (of: object) => {
    const all = figures.filter(({ drill }) => drill in of);
    return `${all.filter((each) => each.right).length} of ${all.length}`;
  };
  return {
    messagesRight: right({ ...DRILLS, ...FAULT_DRILLS }),
    drillsRight: right(DRILLS),
    faultsRight: right(FAULT_DRILLS),
    messages: markdown({
      head: ['drill or fault', 'first alarm', 'likely cause, as the message names it', 'true', 'played'],
      rows: figures.map(({ drill, alarm, cause, right: isRight, played }) => [
        drill,
        alarm,
        cause,
        isRight ? 'yes' : 'no',
        played.replace('T', ' ').replace('Z', ' UTC'),
      ]),
    }),
    selfHealingCount: Object.keys(SELF_HEALING).length,
    selfHealing: markdown({ head: ['fault that no alarm tells of', 'because'], rows: Object.entries(SELF_HEALING) }),
  };
}

/** Adds what happens in each fault, and the figures of its own. */
function withWhat(results: readonly FaultResult[]): Figures {
  const what = new Map(FAULTS.map((fault) => [fault.name, fault.what]));
  const { head, rows } = faultTable(results);
  const told = results.map(({ fault, notes, played }) => {
    const when = played === undefined ? '' : ` (played ${played.replace('T', ' ').replace('Z', ' UTC')})`;
    return [what.get(fault) ?? '', ...(notes === undefined ? [] : [notes])].join('. ') + when;
  });
  return { head: [...head, 'what happens'], rows: rows.map((row, i) => [...row, told[i] ?? '']) };
}
