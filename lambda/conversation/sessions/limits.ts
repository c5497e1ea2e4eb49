/** What is kept of one session, at most. */
export const LIMITS = {
  /** Bytes of the session's fields, and how many there are: what a write or a read costs grows with both. */
  bytes: 262_144,
  members: 1_000,
  /** Members that one patch names: with the above it bounds a write whose names were chosen to be slow to look up. */
  patchMembers: 500,
  events: 1_000,
  eventBytes: 1_048_576,
  /** Events in one answer. */
  eventsInAnswer: 100,
  /** Requests of which a repetition is known. */
  requests: 5_000,
  /** Sessions of one person in the last seven days. */
  sessionsOfPerson: 1_000,
} as const;
