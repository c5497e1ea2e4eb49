import type { Run } from '../programs/run-program';
import type { BoardDefinition } from '../board/definition/definition';
import { FeedHub } from '../board/feeds/hub';
import { LOCAL_PACE } from '../board/feeds/system';
import { boardHandler } from '../board/server/board-handler';
import type { Beside } from '../local-stage/gateway';
import type { AlarmDefinition } from '../ops/alarms/definitions';
import type { OperatedSystem } from '../ops/local/local-operations';

/** The local cluster of npm start. */
const SHARDS = 3;
/** How often its warm-up looks whether the table has changed. */
export const FRESHNESS_SECONDS = 5;

/** The alarms and the dashboard that a stage of this shape would have. */
interface LocalDefinitions {
  alarms: AlarmDefinition[];
  /** Of the system of a drill, whose warm-up runs as in production. */
  drillAlarms: AlarmDefinition[];
  board: BoardDefinition;
}

/** Synthesised while the engines start: it blocks this process for a second or two. */
export async function defineLocally(): Promise<LocalDefinitions> {
  const { localAlarms } = await import('../ops/local/local-alarms');
  const { localShape } = await import('../ops/local/local-stage');
  const { defineBoard } = await import('../board/definition/definition');
  return {
    alarms: localAlarms(SHARDS, 0, { freshnessSeconds: FRESHNESS_SECONDS }),
    drillAlarms: localAlarms(SHARDS),
    board: defineBoard(localShape(SHARDS)),
  };
}

/** The board of npm start, with what can be tried and played there. @returns what answers its requests */
export async function openBoard(
  run: Run,
  { facts, answers }: OperatedSystem,
  { drillAlarms, board }: LocalDefinitions,
): Promise<Beside> {
  const { LocalTarget } = await import('../ops/local/local-target');
  const { DrillPlayer } = await import('../board/drill/drill-player');
  const target = LocalTarget.within(facts, answers);
  const system = { target, definition: board, typedFor: target.name, clock: Date.now, pace: LOCAL_PACE };
  const hub = await run.own(() => new FeedHub(system));
  const drills = await run.own(
    () => Promise.resolve(new DrillPlayer(drillAlarms, board)),
    (player) => player.end(),
  );
  return boardHandler({ hub, tryIt: true, drills });
}
