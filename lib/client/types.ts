/**
 * What the API takes and gives, as docs/api.md says. Written out, so that an application needs none of this project's
 * schemas; test/lib/client/agreement.ts fails to compile where they differ.
 */

export type PersonaId =
  'first_car_anxiety' | 'working_mom' | 'mz_office_worker' | 'camping_lover' | 'large_family_dad' | 'ceo_executive';
export type FamilyType = 'any' | 'single' | 'couple' | 'young_children' | 'large';
export type Agent = 'concierge' | 'needs_analyst' | 'data_analyst';
export type CollaborationState = 'initiated' | 'analyzing' | 'needs_discovered' | 'reranking' | 'completed';
/** Any JSON object, nested at most 32 deep. */
export type JsonObject = Record<string, unknown>;

export interface SearchParameters {
  /** 만원, 0 to 1,000,000. */
  budgetMin: number;
  /** 만원, at least budgetMin. */
  budgetMax: number;
  /** `none` unless given. */
  persona?: PersonaId | 'none' | undefined;
  /** Free text in Korean, at most 200 characters; `any` unless given. */
  usage?: string | undefined;
  /** `any` unless given. */
  familyType?: FamilyType | undefined;
  /** false unless given. */
  includeLease?: boolean | undefined;
  /** 1 to 100; 20 unless given. */
  limit?: number | undefined;
  /** 0 to 10,000; 0 unless given. */
  offset?: number | undefined;
}

/**
 * Money in 만원, distance in km, first_registration_date as yyyymmdd. A type and no interface: so it is taken as it
 * is where members of any name are let through, such as a signal's vehicle.
 */
export type Listing = {
  vehicle_id: number;
  manufacturer: string | null;
  model: string | null;
  model_year: number | null;
  price: number | null;
  distance: number | null;
  fuel_type: string | null;
  car_type: string | null;
  transmission: string | null;
  trim: string | null;
  color_name: string | null;
  location: string | null;
  detail_url: string | null;
  photo: string | null;
  platform: string | null;
  origin_price: number | null;
  sell_type: string | null;
  first_registration_date: number | null;
};

export interface SearchAnswer {
  /** All matches, not only those of this answer. */
  total: number;
  limit: number;
  offset: number;
  vehicles: Listing[];
}

/** A photo of a listing, to be passed on to a browser. */
export interface Photo {
  /** At most 524,288. */
  bytes: Uint8Array;
  /** Such as `image/webp`. */
  type: string;
  etag: string | null;
  /** For the browser's copy. */
  cacheControl: string | null;
  /** A drawn car, because the photo can't be had now: ask again after some seconds. */
  placeholder: boolean;
}

export interface DependencyHealth {
  ok: boolean;
  milliseconds: number;
  error?: string | undefined;
}

export interface Health {
  status: 'ok' | 'degraded' | 'down';
  valkey: DependencyHealth;
  database: DependencyHealth;
  index: { version: string; listings: number; searchable: number; ageSeconds: number } | null;
}

export interface NewSession {
  /** The person. The API takes your word for it: authenticate them before. */
  userId: string;
  /** At most 2,000 characters. */
  question: string;
  /** A JSON object, nested at most 32 deep. */
  context?: object | undefined;
}

export interface SessionCreated {
  sessionId: string;
  /** One more with each write that is applied; after a failover the time, ms. */
  version: number;
  /** Whether a replica has confirmed the write. */
  durable: boolean;
  /** True if an attempt before this one had been applied already. */
  replayed?: boolean | undefined;
}

export interface Session {
  sessionId: string;
  userId: string;
  /** For `ifMatch` and `after`. One more with each write that is applied; after a failover the time, ms. */
  version: number;
  collaborationState: CollaborationState;
  /** The latest question. */
  question: string;
  questionCount: number;
  context: JsonObject;
  agentStates: Record<Agent, JsonObject>;
  /** Oldest first. */
  needs: JsonObject[];
  /** The search parameters that the questions have added up to. */
  search: JsonObject;
  satisfaction: number | null;
  /** ms since the epoch. */
  startTime: number;
  expiresInSeconds: number;
}

export interface SessionEvent {
  /** The session's version after it. */
  version: number;
  type: 'created' | 'agent' | 'needs' | 'question' | 'satisfaction' | 'completed';
  /** ms since the epoch. */
  at: number;
  by?: Agent | undefined;
  data: unknown;
}

export interface SessionWritten extends SessionCreated {
  /**
   * With `after`: the events since then, the oldest 100 at most: go on from the last one's version, not the
   * session's. Absent where getSessionEvents would give 410.
   */
  events?: SessionEvent[] | undefined;
}

/** Search parameters that have changed; null goes back to the default. */
export type ChangedSearch = { [Name in keyof SearchParameters]?: SearchParameters[Name] | null };

export interface QuestionAnswer extends SessionWritten, SearchAnswer {
  /** Which question of the session this is. */
  n: number;
  /** What was searched for. */
  search: JsonObject;
}

export interface SessionEvents {
  sessionId: string;
  /** To be given as `after` next. */
  version: number;
  events: SessionEvent[];
}

/** One message of a chat: at most 8,192 bytes of content, 16,384 as JSON. Further members are kept as they are. */
export interface ChatMessage {
  /** `[A-Za-z0-9._-]{1,64}`; a message is kept once by it. */
  id: string;
  role: 'user' | 'assistant' | 'system';
  content: string;
  /** Who wrote it. */
  agent?: string | undefined;
  /** In answers the time of arrival (ms) if it was left out. */
  timestamp?: string | number | undefined;
  messageType?: string | undefined;
  metadata?: unknown;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- of unknown an application's interface is none
  [member: string]: any;
}

export interface ChatWritten {
  /** Messages that the chat did not hold. */
  appended: number;
  repeated: number;
  /** The oldest, dropped to keep to the limits. */
  dropped: number;
  messageCount: number;
  durable: boolean;
}

export interface Chat {
  /** Oldest first. */
  messages: ChatMessage[];
  /** Whether there are older ones: ask with `before` and the id of the first. */
  more: boolean;
  messageCount: number;
  /** ms since the epoch. */
  lastUpdated: number | null;
  expiresInSeconds: number;
}

export type SignalType = 'viewed' | 'asked' | 'liked' | 'contacted' | 'disliked';

export interface Signal {
  /** Of your choice; a signal that is sent again with it counts once. */
  id: string;
  type: SignalType;
  /** The listing as a search gave it, or what is known of it: one of these at least. */
  vehicle: {
    manufacturer?: string | null | undefined;
    car_type?: string | null | undefined;
    fuel_type?: string | null | undefined;
    /** 만원. */
    price?: number | null | undefined;
    model_year?: number | null | undefined;
    /** The price of what is no 일반 teaches nothing. */
    sell_type?: string | null | undefined;
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- of unknown an application's interface is none
    [member: string]: any;
  };
  /** When it happened, ms since the epoch; now unless given. */
  at?: number | undefined;
}

export interface SignalsLearned {
  applied: number;
  repeated: number;
  /** Of the preferences: when they last changed, ms. */
  version: number;
  durable: boolean;
}

export interface Weight {
  attribute: 'manufacturer' | 'car_type' | 'fuel_type' | 'price' | 'age';
  /** Of a price the lower end of its band (만원), of an age the years. */
  value: string;
  /** Points, -1,000 to 1,000; below 0 the person dislikes it. */
  weight: number;
}

export interface Preferences {
  userId: string;
  /** When they last changed, ms; 0 if nothing is known of the person. For `ifMatch`. */
  version: number;
  signals: number;
  /** Decayed to now, the strongest first. */
  weights: Weight[];
  /** When the person was last heard of, also by a repeated signal; ms since the epoch. */
  updatedAt: number | null;
  expiresInSeconds: number;
}

/** As of a search; at most 50, and no offset. */
export type RecommendationParameters = Omit<SearchParameters, 'offset'>;

export interface Recommendations {
  /** All listings that match the search. */
  total: number;
  limit: number;
  /** False where the order is the search's: nothing is known of the person, or it cannot be read now. */
  personalised: boolean;
  preferencesVersion: number | null;
  recommendations: {
    vehicle: Listing;
    score: number;
    /** In Korean. */
    reason: string;
  }[];
}

/** What came of forgetting a person. */
export interface Forgotten {
  /** Sessions that were found and removed. */
  sessions: number;
  /** Whether a replica has confirmed; if not, repeat it. A stage without replicas, as npm start, never says so. */
  durable: boolean;
  /** What stays, and for how many days: docs/privacy.md. */
  remains: { snapshotDays: number; auditDays: number };
}
