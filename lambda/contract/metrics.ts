/**
 * Crosses the boundary: the handlers emit these, the alarms, the dashboard and the command line read them.
 * Every metric has the dimensions `service` (always the same; Powertools adds it) and `Stage`; the names below are all
 * there are.
 */
export const METRIC_NAMESPACE = 'CarFin/Cache';
export const SERVICE = 'carfin-cache';
export const STAGE_DIMENSION = 'Stage';

export const METRICS = {
  /** Searches answered by index and listings in the process's own memory. Count. */
  answersFromMemory: 'AnswersFromMemory',
  /** Searches answered by a stored answer. Count. */
  answersFromCache: 'AnswersFromCache',
  /** Searches answered by the index and the listings in Valkey. Count. */
  answersFromIndex: 'AnswersFromIndex',
  /** Searches for which the database was asked. Count. */
  answersFromDatabase: 'AnswersFromDatabase',
  /** Searches that no tier could answer (503). Count. */
  answersUnavailable: 'AnswersUnavailable',
  /** Searches and recommendations of a catalogue that nobody has confirmed for {@link STALE_SECONDS}. Count. */
  answersStale: 'AnswersStale',
  /** Requests refused as invalid (4xx). Count. */
  invalidRequests: 'InvalidRequests',
  /** The handler's own time for a search, Milliseconds. */
  searchTime: 'SearchTime',
  /** The same for searches that a stored answer answers, Milliseconds. */
  repeatedSearchTime: 'RepeatedSearchTime',
  /** Requests to search and conversation that were answered later than {@link IN_TIME_MS}. Count. */
  answersLate: 'AnswersLate',
  /** Searches that the stage asks itself through its API, once a minute, and that were answered. Count. */
  heartbeatAnswered: 'HeartbeatAnswered',
  /** Queries sent to PostgreSQL by searches and by the warm-up. Count. */
  databaseQueries: 'DatabaseQueries',
  /** Queries that failed or ran out of time. Count. */
  databaseFailures: 'DatabaseFailures',
  /** Of these, queries whose connection ended before their answer, and warm-ups that failed of one. Count. */
  databaseConnectionsLost: 'DatabaseConnectionsLost',
  /** Commands sent to Valkey. Count. */
  valkeyOperations: 'ValkeyOperations',
  /**
   * Commands that failed, ran out of time, brought values that are damaged, or were not sent because their node has not
   * been answering. Count.
   */
  valkeyFailures: 'ValkeyFailures',
  /** Of these, commands that had no connection, or whose connection ended before their reply. Count. */
  valkeyConnectionsLost: 'ValkeyConnectionsLost',
  /** Values in Valkey that were not what was written: of another type, or with bytes that fail their check. Count. */
  valuesDamaged: 'ValuesDamaged',
  /** What one wave of commands waits for Valkey, Milliseconds. */
  valkeyRoundTrip: 'ValkeyRoundTrip',
  /** Requests during which at least one node was left alone by its breaker. Count. */
  breakerOpen: 'BreakerOpen',
  /** Requests answered while no index was in memory. Count. */
  indexMissing: 'IndexMissing',
  /** Time since the warm-up last confirmed the catalogue, Seconds. */
  indexAge: 'IndexAge',
  /** From a change of the table to the last answer of a process that did not know it, Seconds; see Freshness. */
  freshness: 'Freshness',
  /** Warm-ups that ended well, and that did not. Count. */
  warmUpSucceeded: 'WarmUpSucceeded',
  warmUpFailed: 'WarmUpFailed',
  /** Warm-ups that made another catalogue current: the index has a new version. Count. */
  cataloguesPublished: 'CataloguesPublished',
  /** What a warm-up took, Milliseconds. */
  warmUpTime: 'WarmUpTime',
  /** Rows of the table, and those that some question can find, at the last whole reading. Count. */
  catalogueListings: 'CatalogueListings',
  catalogueSearchable: 'CatalogueSearchable',
  /** Sessions and chats that were found, and that were not although they were written within their life. Count. */
  sessionsFound: 'SessionsFound',
  sessionsMissing: 'SessionsMissing',
  /** Questions of sessions, and those that were answered. Count. */
  questionsAsked: 'QuestionsAsked',
  questionsAnswered: 'QuestionsAnswered',
  /** Scores that people gave, 0 to 5. */
  satisfactionScore: 'SatisfactionScore',
  /**
   * Photos, and knowledge that there is none, from Valkey and from their origin; drawings sent while the origin is
   * away. Count.
   */
  imagesFromCache: 'ImagesFromCache',
  imagesFromOrigin: 'ImagesFromOrigin',
  imagePlaceholders: 'ImagePlaceholders',
} as const;
/** An answer that takes the handler longer is late: people wait. */
export const IN_TIME_MS = 500;
/** So few searches are those that opened connections: their average says nothing of the others. */
export const FIRST_SEARCHES = 50;
/** A catalogue that no warm-up has confirmed for so long is stale: five warm-ups in a row are missing. */
export const STALE_SECONDS = 300;

export type MetricName = (typeof METRICS)[keyof typeof METRICS];
