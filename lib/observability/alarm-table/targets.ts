/** What the system promises (README, docs/operations.md): the alarms, the dashboard and `npm run ops -- promises` take it from here. */
export const TARGETS = {
  /** Searches answered without the database, %, at least. */
  hitRate: 70,
  /** A search on average, ms, at most. */
  searchMs: 50,
  /** Database queries saved against one for each search, %, at least. */
  queriesSaved: 60,
  /** Sessions and chats found that should be there, %, at least. */
  continuity: 95,
  /** Questions of sessions that are answered, %, at least. */
  completion: 90,
  /** Scores that people give, of 5, at least. */
  satisfaction: 4.5,
  /** Commands to Valkey that succeed, %, at least. */
  valkeyAvailable: 99.9,
  /** A round trip to Valkey on average, ms, at most. */
  roundTripMs: 5,
  /** Memory of a node, %, at most. */
  memory: 80,
} as const;
