import type { Examined } from '../../../lambda/doctor/handler';
import { EVENT_MINUTES, type NodeEvent } from '../../../lambda/diagnosis/node-events';
import { RECENT, readRecent } from '../../../lambda/diagnosis/recent';
import type { StageView } from '../../../lambda/first-message/stage-view';
import type { LocalCluster } from '../engines/valkey-cluster';
import type { LocalFunctions } from '../local-stage/local-system';
import type { LocalTelemetry } from '../ops/local/local-telemetry';
import { LOCAL, localNodeId } from '../ops/local/local-stage';

/** What the view is of. */
interface Viewed {
  cluster: LocalCluster;
  functions: LocalFunctions;
  telemetry: LocalTelemetry;
  firing: () => string[];
  /** ms since the epoch: nodes whose process is younger were started again. */
  startedAt: number;
}

/**
 * A drill's system as the function that writes first messages sees a stage: by its metrics, its doctor, and what a
 * control plane knows of nodes, which is whether their processes live, whatever they answer to whom.
 * @param faster how many times faster the clock of the metrics runs
 */
export function drillView(system: Viewed, faster: number): StageView {
  const { cluster, functions, telemetry } = system;
  const ids = cluster.nodes.map((_, i) => localNodeId(i, cluster.nodes.length));
  const minutesSince = (at: number) => ((Date.now() - at) * faster) / 60_000;
  return {
    firing: () => Promise.resolve(system.firing()),
    cluster: () => {
      const status = (i: number) => (cluster.nodes[i]?.process?.awake ? 'available' : 'not answering');
      return Promise.resolve({ status: 'available', nodes: ids.map((id, i) => ({ id, status: status(i) })) });
    },
    nodeEvents: () => {
      const events = cluster.nodes.flatMap(({ process }, i): NodeEvent[] => {
        const minutesAgo = Math.round(minutesSince(process?.startedAt ?? 0));
        if (process === undefined || process.startedAt <= system.startedAt || minutesAgo > EVENT_MINUTES) return [];
        return [{ id: ids[i] ?? '', what: 'was restarted', minutesAgo }];
      });
      return Promise.resolve(events);
    },
    examined: async () => (await functions.invoke('doctor', { catalogue: true })) as Examined,
    recent: () =>
      readRecent({ name: LOCAL, groupId: LOCAL, nodeIds: ids }, (terms) =>
        Promise.resolve(terms.map((term) => telemetry.metrics.series(term, RECENT))),
      ),
  };
}
