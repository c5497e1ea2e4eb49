/** Why Valkey is not there or says no, from the bottom up: what its state, its node or the doctor tells for certain. */
export const VALKEY_DOWN = [
  'nodeDown',
  'connectionsLeak',
  'valkeyUnreachable',
  'valkeyCertificate',
  'valkeyRefusesLogin',
  'valkeyForbids',
  'valkeyLoading',
  'valkeyBusy',
  'memoryFull',
  'valkeyReadOnly',
  'valkeySilent',
] as const;

/** What commands to Valkey met although all is well now. */
export const VALKEY_FAILED = ['valuesDamaged', 'nodeReturned', 'connectionsEnd', 'valkeySlow', 'valkeyFails'] as const;

/** The same of the database. */
export const DATABASE_DOWN = [
  'databaseUnreachable',
  'databaseRefusesLogin',
  'databaseFull',
  'databaseSilent',
  'tableChanged',
] as const;
export const DATABASE_FAILED = ['databaseConnectionsEnd', 'queriesFail'] as const;

/**
 * Crosses the boundary. What explains an alarm: `npm run ops -- diagnose` looks for evidence of each. An alarm's row
 * names them.
 */
export const CAUSES = [
  'apiUnreachable',
  'apiRefuses',
  'functionsFail',
  'functionsThrottled',
  ...VALKEY_DOWN,
  ...VALKEY_FAILED,
  'nodeOverloaded',
  'replicaBehind',
  ...DATABASE_DOWN,
  ...DATABASE_FAILED,
  'databaseSlow',
  'bypass',
  'noCatalogue',
  'indexDamaged',
  'warmUpFails',
  'warmUpMissing',
  'pinned',
  'clockWrong',
  'peopleUnhappy',
] as const;
export type CauseId = (typeof CAUSES)[number];

/** What explains each kind of alarm, and what composite alarms are made of. */
export interface AlarmCauses {
  causes: Readonly<Record<string, readonly CauseId[]>>;
  parts: Readonly<Record<string, readonly string[]>>;
}
