import type { Examined } from '../../../lambda/doctor/handler';
import type { NodeFacts } from '../../../lambda/levers/request';
import { RECENT, readRecent } from '../../../lambda/diagnosis/recent';
import type { StageView } from '../../../lambda/first-message/stage-view';
import type { LocalFunctions } from '../local-stage/local-system';
import type { LocalTelemetry } from '../ops/local/local-telemetry';
import { LOCAL, localNodeId } from '../ops/local/local-stage';

/** A drill's system as the function that writes first messages sees a stage: by its metrics, its nodes and its doctor. */
export function drillView(
  functions: LocalFunctions,
  { metrics }: LocalTelemetry,
  shards: number,
  firing: () => string[],
): StageView {
  return {
    firing: () => Promise.resolve(firing()),
    cluster: async () => {
      const facts = (await functions.invoke('operations', { operation: 'nodes' })) as NodeFacts[];
      const nodes = facts.map(({ failed }, i) => ({
        id: localNodeId(i, shards),
        status: failed === undefined ? 'available' : 'not answering',
      }));
      return { status: facts.length === shards ? 'available' : 'incomplete', nodes };
    },
    examined: async () => (await functions.invoke('doctor', { catalogue: true })) as Examined,
    recent: () => {
      const nodeIds = Array.from({ length: shards }, (_, i) => localNodeId(i, shards));
      return readRecent({ name: LOCAL, groupId: LOCAL, nodeIds }, (terms) =>
        Promise.resolve(terms.map((term) => metrics.series(term, RECENT))),
      );
    },
  };
}
