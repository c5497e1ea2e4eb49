/** Crosses the boundary. What explains an alarm: `npm run ops -- diagnose` looks for evidence of each. An alarm's row names them. */
export const CAUSES = [
  'apiUnreachable',
  'apiRefuses',
  'functionsFail',
  'functionsThrottled',
  'nodeDown',
  'valkeyUnreachable',
  'valkeyRefuses',
  'valkeyFails',
  'valkeySlow',
  'memoryFull',
  'nodeOverloaded',
  'connectionsLeak',
  'replicaBehind',
  'databaseUnreachable',
  'queriesFail',
  'databaseSlow',
  'bypass',
  'noCatalogue',
  'warmUpFails',
  'warmUpMissing',
  'pinned',
  'peopleUnhappy',
] as const;
export type CauseId = (typeof CAUSES)[number];

/** What explains each kind of alarm, and what composite alarms are made of. */
export interface AlarmCauses {
  causes: Readonly<Record<string, readonly CauseId[]>>;
  parts: Readonly<Record<string, readonly string[]>>;
}
