export const AGENTS = ['concierge', 'needs_analyst', 'data_analyst'] as const;
export type Agent = (typeof AGENTS)[number];

export const COLLABORATION_STATES = ['initiated', 'analyzing', 'needs_discovered', 'reranking', 'completed'] as const;
export type CollaborationState = (typeof COLLABORATION_STATES)[number];

/** The parameters of a session's search, in the order in which the scripts give them. */
export const SEARCH_PARAMETERS = [
  'budgetMin',
  'budgetMax',
  'persona',
  'usage',
  'familyType',
  'includeLease',
  'limit',
  'offset',
] as const;
